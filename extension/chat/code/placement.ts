import { mostSimilarLines } from './anchors.ts';
import { type Block, blocksIn, type DeclaredSymbol, declarationsOf, indentOf } from './blocks.ts';
import { changesByName, type Declared, isComment, outermost } from './byName.ts';
import { type Change, type Lines, linesOf } from './change.ts';
import { documentation } from './documentation.ts';
import { bareLines, type Indentation, indentationOf, indented } from './indentation.ts';

/** How the place of code was found. */
export type PlacedBy = 'file' | 'name' | 'range' | 'similarity' | 'selection' | 'cursor';

export interface Placement {
  readonly by: PlacedBy;
  /** In the order of the document; no two share a line. */
  readonly changes: readonly Change[];
}

/** A document that code is to be put into. */
export interface Target {
  readonly text: string;
  /** Lines that are selected; that of the cursor where nothing is. */
  readonly selection: Lines;
  readonly isSelected: boolean;
  /** What the language server knows; empty where there is none, and the form of the lines must tell. */
  readonly symbols: readonly DeclaredSymbol[];
  /** Of an editor, for a document that does not tell. */
  readonly indentation: Indentation;
  /** The lines that the code was asked for; undefined where the whole document is open to it. */
  readonly range: Lines | undefined;
  /** As the editor calls it. */
  readonly language: string;
  /** Whether the code is only read for its documentation. */
  readonly isDocumented: boolean;
}

/**
 * Where code belongs: a whole file replaces the file, declarations replace those of the same names, code that was asked for replaces
 * what it was asked for, and other code the lines that it is most like, else the selection, else it comes in at the cursor.
 * @returns undefined for code that is empty, or has no documentation where only that is wanted
 */
export function placementOf(target: Target, code: string): Placement | undefined {
  const bare = bareLines(code);
  if (bare.length === 0) return undefined;
  const lines = linesOf(target.text);
  const { known, byForm } = declarationsOf(target.symbols, lines);
  const document = {
    lines,
    blocks: [...known, ...byForm],
    indentation: indentationOf(lines, target.indentation),
    near: target.range ?? target.selection,
  };
  if (target.isDocumented || (target.range && isOnlyComments(bare))) return documented(document, target, bare);
  if (target.range) return inRange(document, target.range, bare);
  if (isWholeFile(lines, known.length > 0 ? known : byForm, bare))
    return { by: 'file', changes: [{ start: 0, end: lines.length, lines: [...bare, ''] }] };
  const named = changesByName(document, bare);
  if (named.length > 0) return { by: 'name', changes: named };
  const like = mostSimilarLines(lines, bare);
  if (like) return { by: 'similarity', changes: [instead(document, like, bare)] };
  if (target.isSelected) return { by: 'selection', changes: [instead(document, target.selection, bare)] };
  return { by: 'cursor', changes: [atCursor(document, target.selection.start, bare)] };
}

/** In place of the documentation of what it was asked for, or where that is not known, of declarations by their names. */
function documented(document: Declared, { language, range }: Target, bare: readonly string[]): Placement | undefined {
  const changes = documentation(document, range, bare, language);
  return changes.length > 0 ? { by: range ? 'range' : 'name', changes } : undefined;
}

function isOnlyComments(bare: readonly string[]): boolean {
  return bare.every((line) => line.trim() === '' || isComment(line));
}

function inRange(document: Declared, range: Lines, bare: readonly string[]): Placement {
  const within = document.blocks.filter(({ start, end }) => range.start <= start && end <= range.end);
  const named = changesByName({ ...document, blocks: within }, bare);
  return named.length > 0 ? { by: 'name', changes: named } : { by: 'range', changes: [instead(document, range, bare)] };
}

function instead(document: Declared, { start, end }: Lines, bare: readonly string[]): Change {
  const first = document.lines.findIndex((line, at) => at >= start && at < end && line.trim() !== '');
  return { start, end, lines: deep(document, first < 0 ? start : first, bare) };
}

function atCursor(document: Declared, at: number, bare: readonly string[]): Change {
  const isBlank = (document.lines[at] ?? '').trim() === '';
  return { start: isBlank ? at : at + 1, end: at + 1, lines: deep(document, at, bare) };
}

/** Bare lines as deep as a line of the document. */
function deep({ lines, indentation }: Declared, at: number, bare: readonly string[]): string[] {
  return indented(bare, indentOf(lines[at] ?? ''), indentation);
}

/** Whether code is the whole file anew: it declares all that the file does, and has half of what else stands there, such as imports. */
function isWholeFile(lines: readonly string[], blocks: readonly Block[], code: readonly string[]): boolean {
  if (lines.every((line) => line.trim() === '')) return true;
  const top = outermost(blocks);
  const rest = lines.filter(
    (line, at) => /^[^\s)}\]]/.test(line) && !isComment(line) && !top.some((block) => block.top <= at && at < block.end),
  );
  const has = new Set(code);
  const names = new Set(blocksIn(code).map(({ name }) => name));
  const kept = rest.filter((line) => has.has(line)).length;
  return rest.length > 0 && 2 * kept >= rest.length && top.every(({ name }) => names.has(name));
}
