import type { CursorContext } from './context.ts';

const OPENER: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

/**
 * How many closing brackets right of the cursor a suggestion makes superfluous, because it closes them itself before it goes on:
 * in `f(|)` the text `a: string) {` stands for the bracket that the editor had inserted. The suggestion then replaces them.
 */
export function replacedClosers(text: string, context: CursorContext): number {
  const closers = unmatchedClosers(text);
  let count = 0;
  while (count < closers.length && closers[count] === context.lineSuffix[count]) count++;
  return count;
}

/** The closing brackets of a text that nothing in it has opened, in order. */
function unmatchedClosers(text: string): string[] {
  const open: string[] = [];
  const closers: string[] = [];
  for (const character of text) {
    const opener = OPENER[character];
    if (Object.values(OPENER).includes(character)) open.push(character);
    else if (opener !== undefined && open.at(-1) === opener) open.pop();
    else if (opener !== undefined) closers.push(character);
  }
  return closers;
}
