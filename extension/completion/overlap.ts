import { closesQuote, isQuote, unmatchedClosers } from './brackets.ts';
import type { CursorContext } from './context.ts';

/**
 * How many closing brackets and quotes right of the cursor a suggestion makes superfluous, because it closes them itself before it goes
 * on: in `f(|)` the text `a: string) {` stands for the bracket that the editor had inserted. The suggestion then replaces them.
 */
export function replacedClosers(text: string, { lineSuffix }: CursorContext): number {
  const [first] = lineSuffix;
  const quoted = isQuote(first) && closesQuote(text, first);
  const rest = quoted ? text.slice(text.search(new RegExp(`(?<!\\\\)${first}`)) + 1) : text;
  const right = quoted ? lineSuffix.slice(1) : lineSuffix;
  const closers = unmatchedClosers(rest);
  let count = 0;
  while (count < closers.length && closers[count] === right[count]) count++;
  return quoted ? count + 1 : count;
}
