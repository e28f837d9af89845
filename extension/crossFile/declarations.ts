import { type Name, namesIn } from './identifiers.ts';
import { docAt, signatureAt, syntaxOf } from './signatures.ts';

/** Symbols whose declarations are asked for at one place. */
const MOST = 6;
/** Lines around the cursor whose symbols count. */
const LINES_BEFORE = 8;
const LINES_AFTER = 2;

/** A name in a document, by line and character from 0. */
export interface SymbolPlace {
  readonly name: string;
  readonly line: number;
  readonly character: number;
}

/** A declared symbol as a language server outlines a document: the line of its name, and what is declared in it. */
export interface OutlineNode {
  readonly line: number;
  /** Whether what it holds are its members, as in a class. */
  readonly isContainer: boolean;
  readonly children: readonly OutlineNode[];
}

/**
 * Which symbols near a cursor are worth asking for, each once, the nearest first.
 * @param lineAt the text of a line, undefined where there is none
 */
export function symbolsNear(lineAt: (line: number) => string | undefined, line: number, character: number): SymbolPlace[] {
  const found = new Map<string, SymbolPlace>();
  const add = (names: readonly Name[], at: number) => {
    for (const { name, at: column } of names) if (!found.has(name)) found.set(name, { name, line: at, character: column });
  };
  const nearest = [...Array(LINES_BEFORE + 1).keys()].map((up) => line - up);
  for (const at of nearest) {
    const text = lineAt(at);
    // The last on a line is nearest; the one being typed is not a symbol yet.
    const typed = at === line ? (text?.slice(0, character).replace(/[\p{L}\p{N}_$]+$/u, '') ?? '') : (text ?? '');
    if (!isImport(typed)) add(namesIn(withoutStrings(typed)).reverse(), at);
  }
  for (let at = line + 1; at <= line + LINES_AFTER; at++) add(namesIn(withoutStrings(lineAt(at) ?? '')), at);
  return [...found.values()].slice(0, MOST);
}

/**
 * A declaration as the model sees it: the class it belongs to, its documentation, its signature.
 * @param line on which a language server says that it is
 * @param outline of the file; empty where none is known
 * @returns undefined when it is something inside a function
 */
export function declarationAt(path: string, text: string, line: number, outline: readonly OutlineNode[]): string | undefined {
  const lines = text.split('\n');
  const chain = chainTo(outline, line);
  if (outline.length > 0 && (!chain || chain.some((node, at) => at < chain.length - 1 && !node.isContainer))) return undefined;
  const syntax = syntaxOf(path);
  const owners = (chain ?? []).slice(0, -1).map((node) => (lines[node.line] ?? '').trimEnd());
  const signature = signatureAt(lines, line, syntax);
  if (signature.trim() === '') return undefined;
  const doc = docAt(lines, line, syntax);
  const parts = syntax === 'python' ? [...owners, signature, doc] : [...owners, doc, signature];
  return parts.filter((part) => part !== '').join('\n');
}

/** The nodes that lead to the one on a line, the outermost first. */
function chainTo(outline: readonly OutlineNode[], line: number): readonly OutlineNode[] | undefined {
  for (const node of outline) {
    if (node.line === line) return [node];
    const inner = chainTo(node.children, line);
    if (inner) return [node, ...inner];
  }
  return undefined;
}

function isImport(line: string): boolean {
  return /^\s*(?:import|from|export\s+\*|#include|use|package)\b/.test(line);
}

/** Strings and comments of one line blanked out, in the manner of most languages. */
function withoutStrings(line: string): string {
  return line
    .replaceAll(/(["'`])(?:\\.|(?!\1).)*\1/g, (string) => ' '.repeat(string.length))
    .replace(/(?:\/\/|^\s*#|^\s*\*).*$/, '');
}
