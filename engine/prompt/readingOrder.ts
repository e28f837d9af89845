import type { Tokenizer } from '../tokenizer/tokenizer.ts';

/**
 * The tokens of a prompt reordered so that the text before the cursor comes last, wherever the family has it: the completion continues
 * that text, so tokens are remembered and looked up in this order.
 * @param tokens of a prompt by {@link completionPrompt}, whole or without its last tokens
 */
export function readingOrder(tokens: readonly number[], { infill }: Tokenizer): readonly number[] {
  if (infill?.middle === undefined) return tokens;
  const [prefix, suffix, middle] = [infill.prefix, infill.suffix, infill.middle].map((control) =>
    tokens.lastIndexOf(control),
  ) as [number, number, number];
  if (prefix < 0 || middle < prefix) return tokens;
  const end = suffix > prefix ? suffix : middle;
  return [
    ...tokens.slice(0, prefix + 1),
    ...tokens.slice(end, middle + 1),
    ...tokens.slice(prefix + 1, end),
    ...tokens.slice(middle + 1),
  ];
}

/** Number of tokens that show the text before the cursor, in a prompt in reading order: those behind the last token for filling in. */
export function tokensBeforeCursor(read: readonly number[], { infill }: Tokenizer): number {
  const controls = infill ? [infill.prefix, infill.suffix, infill.middle] : [];
  const last = Math.max(-1, ...controls.map((control) => (control === undefined ? -1 : read.lastIndexOf(control))));
  return read.length - 1 - last;
}
