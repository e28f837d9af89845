import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseSync } from 'vite';
import { root } from './paths.ts';

/** A node of a syntax tree, as ESTree has it. */
export type Node = { readonly type: string } & { readonly [field: string]: unknown };

/** A source file and what it imports, types included. */
export interface Source {
  /** Relative to the root, with `/`. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly string[];
  readonly nodes: readonly Node[];
}

/** All TypeScript files below these folders of the repository. */
export function readSources(...folders: string[]): Source[] {
  return folders.flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name))
      .map((name) => readSource(path.posix.join(folder, name.split(path.sep).join('/')))),
  );
}

export function readSource(file: string): Source {
  const text = readFileSync(path.join(root, file), 'utf8');
  const { program, errors } = parseSync(file, text);
  if (errors[0]) throw new Error(`${file}: ${errors[0].message}`);
  const nodes = [...walk(program)];
  return { path: file, text, imports: nodes.flatMap(importOf).map((name) => resolve(file, name)), nodes };
}

/** The value of a string literal. */
export function stringOf(node: unknown): string | undefined {
  return isNode(node) && node.type === 'Literal' && typeof node.value === 'string' ? node.value : undefined;
}

/** Static and dynamic imports, exports from another file, and types of the form `import('…')`. */
function importOf(node: Node): string[] {
  const sources = ['ImportDeclaration', 'ExportNamedDeclaration', 'ExportAllDeclaration', 'ImportExpression', 'TSImportType'];
  const name = sources.includes(node.type) ? stringOf(node.source) : undefined;
  return name === undefined ? [] : [name];
}

/** Our own files by their path from the root, packages by their name. */
function resolve(from: string, name: string): string {
  return name.startsWith('.') ? path.posix.join(path.posix.dirname(from), name) : name;
}

function* walk(value: unknown): Generator<Node> {
  if (Array.isArray(value)) {
    for (const item of value) yield* walk(item);
  } else if (isNode(value)) {
    yield value;
    for (const child of Object.values(value)) yield* walk(child);
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}
