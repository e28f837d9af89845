/** Similarity (Jaccard, over names) from which two lines count as one line that was changed. */
const LIKE = 0.5;
/** Cost of a line without counterpart, in units of a line with one. */
const GAP = 0.25;
/** Part of the code's lines that must have a counterpart. */
const ENOUGH = 0.5;
/** Cells of the table at most: a document of 20 000 lines with an answer of 200. */
const MOST_CELLS = 4e6;

/**
 * The lines of a document that code is a changed version of: the best local alignment of the two (Smith and Waterman, 1981), line by line.
 * @returns the first line and the one behind the last; undefined when too few lines have a counterpart
 */
export function mostSimilarLines(
  document: readonly string[],
  code: readonly string[],
): { readonly start: number; readonly end: number } | undefined {
  const telling = (lines: readonly string[]) =>
    lines.flatMap((line, at) => (isTelling(line) ? [{ at, line: lineOf(line) }] : []));
  const [there, here] = [telling(document), telling(code)];
  if (here.length === 0 || there.length * here.length > MOST_CELLS) return undefined;
  const best = bestCell(
    there.map(({ line }) => line),
    here.map(({ line }) => line),
  );
  if (!best || best.matches < Math.max(1, ENOUGH * here.length)) return undefined;
  const start = there[best.first]?.at ?? 0;
  const end = (there[best.last]?.at ?? 0) + 1;
  return closed(document, code, start, end, here.at(-1)?.at ?? 0);
}

interface Line {
  readonly text: string;
  readonly names: ReadonlySet<string>;
}

/** State of an alignment: its score, its first line in the document, and the pairs so far. */
interface Cell {
  readonly worth: number;
  readonly first: number;
  readonly matches: number;
}

const NOTHING: Cell = { worth: 0, first: -1, matches: 0 };

function bestCell(there: readonly Line[], here: readonly Line[]) {
  let row: Cell[] = here.map(() => NOTHING);
  let best: (Cell & { readonly last: number }) | undefined;
  for (const [last, line] of there.entries()) {
    const next: Cell[] = [];
    for (const [at, other] of here.entries()) {
      const cell = better(
        line,
        other,
        last,
        at > 0 ? (row[at - 1] ?? NOTHING) : NOTHING,
        row[at] ?? NOTHING,
        next[at - 1] ?? NOTHING,
      );
      next.push(cell);
      if (cell.worth > (best?.worth ?? 0)) best = { ...cell, last };
    }
    row = next;
  }
  return best;
}

function better(line: Line, other: Line, at: number, diagonal: Cell, above: Cell, left: Cell): Cell {
  const like = likeness(line, other);
  const paired =
    like >= LIKE
      ? {
          worth: diagonal.worth + like,
          first: diagonal.first < 0 ? at : diagonal.first,
          matches: diagonal.matches + 1,
        }
      : NOTHING;
  const skipped = above.worth > left.worth ? above : left;
  const gap = skipped.worth > GAP ? { ...skipped, worth: skipped.worth - GAP } : NOTHING;
  return paired.worth >= gap.worth ? paired : gap;
}

/** From 0 to 1. */
function likeness(a: Line, b: Line): number {
  if (a.text === b.text) return 1;
  let both = 0;
  for (const name of a.names) if (b.names.has(name)) both++;
  const all = a.names.size + b.names.size - both;
  return all === 0 ? 0 : both / all;
}

function lineOf(line: string): Line {
  return { text: line.trim(), names: new Set(line.match(/[\p{L}\p{N}_$]+/gu) ?? []) };
}

/** Whether a line is distinctive: brackets are everywhere. */
function isTelling(line: string): boolean {
  return /[\p{L}\p{N}_$]/u.test(line);
}

/** Extended by the closing brackets that follow the last line in both. */
function closed(document: readonly string[], code: readonly string[], start: number, end: number, lastTelling: number) {
  let behind = end;
  for (const line of code.slice(lastTelling + 1)) {
    if (line.trim() === '') continue;
    if ((document[behind] ?? '').trim() !== line.trim()) break;
    behind++;
  }
  return { start, end: behind };
}
