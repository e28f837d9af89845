import { readFile } from 'node:fs/promises';

/** One edit of a recording. */
export interface Edit {
  /** Time since the previous edit, in milliseconds. */
  readonly ms: number;
  /** Offset in characters. */
  readonly at: number;
  /** Number of characters that it removed there. */
  readonly removed: number;
  readonly text: string;
}

/** A recording of how somebody edited a file. Stored as a line with path and text, then one line for each edit, all JSON. */
export interface Trace {
  readonly path: string;
  /** The text before the first edit. */
  readonly text: string;
  readonly edits: readonly Edit[];
}

/** @throws Error that names the file and the line that is not an edit of the text */
export async function readTrace(file: string): Promise<Trace> {
  return parseTrace(await readFile(file, 'utf8'), file);
}

export function parseTrace(lines: string, file: string): Trace {
  const [head = '{}', ...rest] = lines.split('\n').filter((line) => line !== '');
  const { path, text } = JSON.parse(head) as Partial<Trace>;
  if (typeof path !== 'string' || typeof text !== 'string') throw new Error(`${file}: the first line has no path and text.`);
  let { length } = text;
  const edits = rest.map((line, i) => {
    const edit = JSON.parse(line) as Edit;
    const { ms, at, removed } = edit;
    const isWithin = [ms, at, removed].every((value) => value >= 0) && at + removed <= length && typeof edit.text === 'string';
    if (!isWithin) throw new Error(`${file}: line ${i + 2} is no edit of a text of ${length} characters.`);
    length += edit.text.length - removed;
    return edit;
  });
  return { path, text, edits };
}

/** The single edit that turns one text into another; undefined if they are equal. */
export function editBetween(before: string, after: string, ms: number): Edit | undefined {
  if (before === after) return undefined;
  const shorter = Math.min(before.length, after.length);
  let at = 0;
  while (at < shorter && before[at] === after[at]) at++;
  let same = 0;
  while (same < shorter - at && before.at(-1 - same) === after.at(-1 - same)) same++;
  return { ms, at, removed: before.length - same - at, text: after.slice(at, after.length - same) };
}
