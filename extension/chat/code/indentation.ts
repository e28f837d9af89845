import { indentOf } from './blocks.ts';

/** How a document indents. */
export interface Indentation {
  readonly spaces: boolean;
  /** Columns of a level. */
  readonly size: number;
}

/** Lines of code without blank lines at the ends and without common indentation. */
export function bareLines(code: string): string[] {
  const lines = code.replaceAll('\r\n', '\n').split('\n');
  const isBlank = (line: string | undefined) => line !== undefined && line.trim() === '';
  while (isBlank(lines[0])) lines.shift();
  while (isBlank(lines.at(-1))) lines.pop();
  const common = lines
    .filter((line) => line.trim() !== '')
    .map(indentOf)
    .reduce((shared, indent) => sharedStart(shared, indent), indentOf(lines[0] ?? ''));
  return lines.map((line) => (line.trim() === '' ? '' : line.slice(common.length)));
}

/** Bare lines at a depth, their levels as the document writes them. Blank lines stay empty. */
export function indented(lines: readonly string[], indent: string, { spaces, size }: Indentation): string[] {
  const level = levelOf(lines);
  const own = spaces ? ' '.repeat(size) : '\t';
  return lines.map((line) => {
    if (line === '') return '';
    const before = indentOf(line);
    if (before === '') return indent + line;
    const levels = before.startsWith('\t') ? /^\t*/.exec(before)?.[0].length : Math.floor(before.length / level);
    const rest = before.startsWith('\t') ? before.slice(levels) : ' '.repeat(before.length % level);
    return indent + own.repeat(levels ?? 0) + rest + line.trimStart();
  });
}

/** How a document's lines are indented, or else the editor's setting. */
export function indentationOf(lines: readonly string[], otherwise: Indentation): Indentation {
  const indents = lines.map(indentOf).filter((indent) => indent !== '');
  if (indents.length === 0) return otherwise;
  const tabs = indents.filter((indent) => indent.startsWith('\t')).length;
  if (2 * tabs > indents.length) return { spaces: false, size: otherwise.size };
  return { spaces: true, size: levelOf(lines, otherwise.size) };
}

/**
 * The text to insert at a cursor: a single line as it is, several on lines of their own, as deep as the cursor's.
 * @param line that of the cursor
 */
export function insertion(code: string, line: string, column: number, indentation: Indentation): string {
  const before = line.slice(0, column);
  const after = line.slice(column);
  const bare = bareLines(code);
  if (bare.length <= 1) return bare.join('');
  const indent = indentOf(before);
  const text = indented(bare, indent, indentation).join('\n');
  const opening = before.trim() === '' ? text.slice(indent.length) : `\n${text}`;
  return after.trim() === '' ? opening : `${opening}\n${indent}`;
}

/** Spaces of a level: the smallest step from a line to a deeper one below it. A step of one is the star of a comment. */
function levelOf(lines: readonly string[], otherwise = 2): number {
  const depths = lines.filter((line) => /^ *[^\s*]/.test(line)).map((line) => indentOf(line).length);
  const steps = depths.map((depth, at) => depth - (depths[at - 1] ?? 0)).filter((step) => step > 1);
  return steps.length > 0 ? Math.min(...steps) : otherwise;
}

function sharedStart(a: string, b: string): string {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return a.slice(0, length);
}
