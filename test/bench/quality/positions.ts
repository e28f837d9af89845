import type { SourceFile } from './repository.ts';

/** A cursor and the rest of its line. */
export interface Position {
  readonly file: SourceFile;
  readonly prefix: string;
  readonly truth: string;
  /** The text from the end of the line on. */
  readonly suffix: string;
}

/** Whether a word or its beginning is right before the cursor, so that token healing takes something back. */
export function isBehindWord({ prefix }: Position): boolean {
  return /[\p{L}\p{N}_]$/u.test(prefix);
}

/** Beginnings of words and signs: places at which people pause. */
const TOKEN_START = /(?<=^|[^\p{L}\p{N}_])[\p{L}\p{N}_]|(?<=\S)[^\p{L}\p{N}_\s]/gu;

/**
 * A cursor on a random line of at least some length: at its first character, at the start of a word or sign, or, one time in four,
 * anywhere.
 */
export function randomPosition(file: SourceFile, next: () => number): Position | undefined {
  const lines = file.text.split('\n');
  const worth = lines.flatMap((line, at) => (line.trim().length >= 8 ? [at] : []));
  const at = worth[Math.floor(next() * worth.length)];
  if (at === undefined) return undefined;
  const line = lines[at] as string;
  const indent = line.length - line.trimStart().length;
  const starts = [...line.matchAll(TOKEN_START)]
    .map(({ index }) => index)
    .filter((index) => index >= indent && index < line.length - 1);
  const anywhere = indent + Math.floor(next() * (line.length - indent - 1));
  const column = next() < 0.25 ? anywhere : (starts[Math.floor(next() * starts.length)] ?? anywhere);
  return {
    file,
    prefix: [...lines.slice(0, at), line.slice(0, column)].join('\n'),
    truth: line.slice(column),
    suffix: ['', ...lines.slice(at + 1)].join('\n'),
  };
}
