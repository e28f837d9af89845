/** Lines of a document, from the first to the one behind the last, and what stands there instead. */
export interface Change {
  readonly start: number;
  readonly end: number;
  readonly lines: readonly string[];
}

/** Some lines, from the first to the one behind the last. */
export type Lines = Pick<Change, 'start' | 'end'>;

/** A text with changes made, its line ends all as they are. */
export function changedText(text: string, changes: readonly Change[]): string {
  const lines = linesOf(text);
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  for (const { start, end, lines: fresh } of changes.toReversed()) lines.splice(start, end - start, ...fresh);
  return lines.join(eol);
}

export function linesOf(text: string): string[] {
  return text.split(/\r\n|\r|\n/);
}

/** The lines of a text in which another differs, as one replacement of whole lines. Offsets are UTF-16 units of the text before. */
export function difference(
  before: string,
  after: string,
): { readonly start: number; readonly end: number; readonly text: string } {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) start++;
  start = before.lastIndexOf('\n', start - 1) + 1;
  let same = 0;
  while (same < most - start && before.at(-1 - same) === after.at(-1 - same)) same++;
  // The common end starts at the beginning of a line, in both.
  while (same > 0 && before[before.length - same - 1] !== '\n') same--;
  return { start, end: before.length - same, text: after.slice(start, after.length - same) };
}

/**
 * Where lines are now in a text that was edited elsewhere; undefined if they were changed themselves, or occur more than once with edits
 * on both sides.
 */
export function movedLines(before: string, after: string, { start, end }: Lines): Lines | undefined {
  const [old, lines] = [linesOf(before), linesOf(after)];
  const most = Math.min(old.length, lines.length);
  let above = 0;
  while (above < most && old[above] === lines[above]) above++;
  if (end <= above) return { start, end };
  let below = 0;
  while (below < most && old.at(-1 - below) === lines.at(-1 - below)) below++;
  const grown = lines.length - old.length;
  if (start >= old.length - below) return { start: start + grown, end: end + grown };
  const wanted = old.slice(start, end);
  const places = lines.flatMap((_, at) => (wanted.every((line, offset) => lines[at + offset] === line) ? [at] : []));
  const [place] = places;
  return place === undefined || places.length > 1 ? undefined : { start: place, end: place + wanted.length };
}
