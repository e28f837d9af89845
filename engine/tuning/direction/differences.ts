import { PaddockError } from '../../errors.ts';
import type { Contrast, Subject } from './subject.ts';

/** How many last tokens all prompts share, short of a whole prompt: what a template puts after a message. */
export function commonEnd({ refused, answered }: Contrast): number {
  const all = [...refused, ...answered];
  const shortest = Math.min(...all.map(({ length }) => length));
  let common = 0;
  while (common < shortest - 1 && all.every((prompt) => prompt.at(-1 - common) === all[0]?.at(-1 - common))) common++;
  return common;
}

/** Means over prompts of one set less those of the other. */
export interface Differences {
  /** Counted from a prompt's end: −1 is its last token. */
  readonly positions: readonly number[];
  /** `[layers, positions, hidden size]` */
  readonly values: Float64Array;
}

/**
 * Difference of the mean residual streams of two sets of prompts, behind each layer at each of the last tokens.
 * @param count of last tokens
 * @param onPrompt is told after each prompt; what it throws ends the work
 * @throws PaddockError `bad-request` for a set without prompts
 */
export async function meanDifferences(
  subject: Subject,
  { refused, answered }: Contrast,
  count: number,
  onPrompt: () => void,
): Promise<Differences> {
  if (refused.length === 0 || answered.length === 0) {
    throw new PaddockError('bad-request', 'Both sets need prompts: some that are refused, some that are answered.');
  }
  const values = new Float64Array(subject.layers * count * subject.hiddenSize);
  for (const [prompts, weight] of [
    [refused, 1 / refused.length],
    [answered, -1 / answered.length],
  ] as const) {
    for (const prompt of prompts) {
      const positions = Array.from({ length: count }, (_, i) => prompt.length - count + i);
      const stream = await subject.residuals(prompt, positions);
      for (let i = 0; i < values.length; i++) values[i] = (values[i] as number) + weight * (stream[i] as number);
      onPrompt();
    }
  }
  return { positions: Array.from({ length: count }, (_, i) => i - count), values };
}
