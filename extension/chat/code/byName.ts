import { type Block, blocksIn, endOf, indentOf, LEADING } from './blocks.ts';
import type { Change, Lines } from './change.ts';
import { type Indentation, indented } from './indentation.ts';

/** A document by its lines and what it declares. */
export interface Declared {
  readonly lines: readonly string[];
  readonly blocks: readonly Block[];
  readonly indentation: Indentation;
  /** Lines near the intended declaration, if several have its name. */
  readonly near: Lines;
}

const IMPORT = /^(?:import\b|from +\S+ +import\b|use +[\w:]|using +[\w.]+;|#include\b|const +.*\brequire\()/;
const DECORATOR = /^(?:@|#?\[)/;

/**
 * Declarations for those of the same names, in their depth; what has no namesake stands behind the one before it, and imports that the
 * document lacks behind its own.
 * @param code bare lines
 * @returns nothing when the code is not made of declarations, or none has a namesake
 */
export function changesByName(document: Declared, code: readonly string[]): Change[] {
  const parts = outermost(blocksIn(code));
  const imports = importsIn(code);
  const isTold = (line: string, at: number) =>
    line.trim() === '' || isComment(line) || [...parts, ...imports].some(({ top, end }) => top <= at && at < end);
  if (!code.every(isTold)) return [];
  const found = parts.map((part) => ({ part, place: namesake(document, part, code) }));
  const changes = found.flatMap(({ part, place }) => (place ? [replaced(document, place, part, code)] : []));
  const [first] = changes;
  if (!first || overlap(changes)) return [];
  let before: Change | undefined;
  const added: Change[] = [];
  for (const { part, place } of found) {
    if (place) {
      before = changes.find(({ start, end }) => start <= place.start && place.start < end);
      continue;
    }
    const at = before ? before.end : first.start;
    const indent = indentOf((before ?? first).lines.find((line) => line.trim() !== '') ?? '');
    const lines = indented(code.slice(part.top, part.end), indent, document.indentation);
    added.push({ start: at, end: at, lines: before ? ['', ...lines] : [...lines, ''] });
  }
  return [...newImports(document.lines, code, imports), ...changes, ...added].sort((a, b) => a.start - b.start || a.end - b.end);
}

/** Those that no other holds. */
export function outermost(blocks: readonly Block[]): Block[] {
  return blocks.filter(
    (block) => !blocks.some((other) => other !== block && other.start < block.start && block.end <= other.end),
  );
}

export function isComment(line: string): boolean {
  const text = line.trim();
  return LEADING.test(text) && !DECORATOR.test(text);
}

/** The intended declaration: one near the selection, else the one that shares most lines with the code. */
export function namesake(
  { lines, blocks, near }: Declared,
  { name, start, end }: Block,
  code: readonly string[],
): Block | undefined {
  const same = blocks.filter((block) => block.name === name);
  const isNear = (block: Block) => block.top < near.end && near.start < block.end;
  const own = new Set(code.slice(start, end).map((line) => line.trim()));
  const shared = (block: Block) => lines.slice(block.start, block.end).filter((line) => own.has(line.trim())).length;
  return same.sort((a, b) => Number(isNear(b)) - Number(isNear(a)) || shared(b) - shared(a))[0];
}

/** Comments and decorators are kept if the code has none of its own. */
function replaced({ lines, indentation }: Declared, place: Block, part: Block, code: readonly string[]): Change {
  const indent = indentOf(lines[place.start] ?? '');
  const own = indented(code.slice(part.top, part.end), indent, indentation);
  const above = own.slice(0, part.start - part.top);
  const there = lines.slice(place.top, place.start);
  const either = (is: (line: string) => boolean) => (above.some(is) ? above : there).filter(is);
  const head = [...either(isComment), ...either((line) => !isComment(line))];
  return { start: place.top, end: place.end, lines: [...head, ...own.slice(above.length)] };
}

function overlap(changes: readonly Change[]): boolean {
  return changes.some((a, at) => changes.some((b, other) => other > at && a.start < b.end && b.start < a.end));
}

function importsIn(lines: readonly string[]): Block[] {
  return lines.flatMap((line, start) => (IMPORT.test(line) ? [{ name: line, top: start, start, end: endOf(lines, start) }] : []));
}

function newImports(lines: readonly string[], code: readonly string[], imports: readonly Block[]): Change[] {
  const known = new Set(lines);
  const fresh = imports.flatMap(({ start, end }) =>
    known.has(code[start] ?? '') && end === start + 1 ? [] : code.slice(start, end),
  );
  if (fresh.length === 0) return [];
  const at = importsIn(lines).at(-1)?.end ?? 0;
  return [{ start: at, end: at, lines: at === 0 ? [...fresh, ''] : fresh }];
}
