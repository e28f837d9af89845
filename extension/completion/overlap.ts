import { unmatchedClosers } from './brackets.ts';
import type { CursorContext } from './context.ts';

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
