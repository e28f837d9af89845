import { identifiersIn, jaccard } from './identifiers.ts';

/** Lines of a window, and from the beginning of one to that of the next. */
const LINES = 20;
const STEP = 10;
/** Characters of a file that are looked at. */
const REACH = 64 * 1024;
/** Less similar windows are ignored. */
const LEAST_SIMILARITY = 0.1;

/** A file, or a part of one. */
export interface FileText {
  readonly path: string;
  readonly text: string;
}

/** Some lines of a file, and the names in them. */
export interface Window {
  readonly text: string;
  readonly identifiers: ReadonlySet<string>;
}

/** A part of a file, and how alike it is to the place it was looked up for. */
export interface Similar extends FileText {
  readonly similarity: number;
}

/** The windows of a text, each overlapping the one before. */
export function windowsOf(text: string): Window[] {
  const lines = text.slice(0, REACH).split('\n');
  const windows: Window[] = [];
  for (let start = 0; start === 0 || start + LINES - STEP < lines.length; start += STEP) {
    const part = lines.slice(start, start + LINES).join('\n');
    if (part.trim() !== '') windows.push({ text: part, identifiers: identifiersIn(part) });
  }
  return windows;
}

/**
 * The window of a file that shares most with the text around a cursor.
 * @param around the identifiers there
 * @returns undefined when none is alike
 */
export function mostSimilar(path: string, windows: readonly Window[], around: ReadonlySet<string>): Similar | undefined {
  let best: Similar | undefined;
  for (const { text, identifiers } of windows) {
    const similarity = jaccard(identifiers, around);
    if (similarity >= (best?.similarity ?? LEAST_SIMILARITY)) best = { path, text, similarity };
  }
  return best;
}

/** The most alike first; of equals the first one given. */
export function bestFirst(found: readonly Similar[]): Similar[] {
  return [...found].sort((a, b) => b.similarity - a.similarity);
}
