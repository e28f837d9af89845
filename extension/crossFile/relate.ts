import type { FileText, Similar } from './windows.ts';
import { bestFirst } from './windows.ts';

/** Characters of other files that are told, at most: a quarter of a window of 16 000 tokens. */
const MOST_CHARACTERS = 12_000;
/** Windows that are told, at most. */
const MOST_WINDOWS = 4;

/** What was found in other files. */
export interface Found {
  /** Declarations of symbols used near the cursor, and what imported files export. */
  readonly signatures: readonly FileText[];
  readonly windows: readonly Similar[];
}

/**
 * Orders what was found by usefulness: the signatures of one file together, the files in the order given; then the windows, the most
 * alike first. Duplicates are dropped.
 */
export function inOrder({ signatures, windows }: Found): FileText[] {
  const byFile = new Map<string, Set<string>>();
  for (const { path, text } of signatures) {
    const told = byFile.get(path) ?? new Set();
    byFile.set(path, told);
    told.add(text.trimEnd());
  }
  const files = [...byFile].map(([path, texts]) => ({ path, text: `${[...texts].join('\n')}\n` }));
  const similar = bestFirst(windows)
    .slice(0, MOST_WINDOWS)
    .map(({ path, text }) => ({ path, text: `${text.trimEnd()}\n` }));
  let characters = 0;
  return [...files, ...similar].filter(({ text }) => {
    if (text.trim() === '' || characters + text.length > MOST_CHARACTERS) return false;
    characters += text.length;
    return true;
  });
}
