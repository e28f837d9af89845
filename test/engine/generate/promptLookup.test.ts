import { describe, expect, it } from 'vitest';
import { PromptLookup } from '../../../engine/generate/promptLookup.ts';
import { Random } from '../../support/random.ts';

describe('PromptLookup', () => {
  it('goes on as the longest earlier match did, the most recent of equals', () => {
    const tokens = [1, 2, 3, 4, 50, 9, 2, 3, 4, 60, 9, 3, 4, 70, 1, 2, 3, 4];
    expect(new PromptLookup().draft(tokens, 3)).toEqual({ tokens: [50, 9, 2], level: 4 });
    expect(new PromptLookup().draft([7, 3, 4, 70, 3, 4, 80, 8, 3, 4], 2)).toEqual({ tokens: [80, 8], level: 2 });
  });

  it('takes a single token where no pair occurred, and nothing where nothing did', () => {
    expect(new PromptLookup().draft([5, 6, 7, 5], 2)).toEqual({ tokens: [6, 7], level: 1 });
    expect(new PromptLookup().draft([5, 6, 7], 2)).toBeUndefined();
    expect(new PromptLookup().draft([5], 2)).toBeUndefined();
    expect(new PromptLookup().draft([5, 5], 0)).toBeUndefined();
  });

  it('goes on with a repetition that has just begun', () => {
    expect(new PromptLookup().draft([9, 1, 2, 3, 1, 2, 3], 7)?.tokens).toEqual([1, 2, 3, 1, 2, 3, 1]);
  });

  it('finds what a search of the whole timeline finds, as it grows', () => {
    const random = new Random(101);
    const tokens: number[] = [];
    const lookup = new PromptLookup();
    let found = 0;
    for (let i = 0; i < 3000; i++) {
      tokens.push(random.uniform() < 0.7 && i > 40 ? (tokens[i - 37] as number) : random.below(400));
      const draft = lookup.draft(tokens, 4);
      const expected = longestMatch(tokens);
      expect(draft?.level ?? 0).toBe(expected);
      if (expected > 0) found++;
    }
    expect(found).toBeGreaterThan(1500);
  });
});

/** How many of the last tokens, at most 16, occurred before in the same order. */
function longestMatch(tokens: readonly number[]): number {
  let best = 0;
  for (let end = 0; end < tokens.length - 1; end++) {
    let length = 0;
    while (length < 16 && length <= end && tokens[end - length] === tokens[tokens.length - 1 - length]) length++;
    best = Math.max(best, length);
  }
  return best;
}
