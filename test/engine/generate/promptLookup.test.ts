import { describe, expect, it } from 'vitest';
import { PromptLookup } from '../../../engine/generate/promptLookup.ts';
import { Random } from '../../support/random.ts';

describe('PromptLookup', () => {
  it('continues the longest earlier match, of equally long ones the most recent', () => {
    const tokens = [1, 2, 3, 4, 50, 9, 2, 3, 4, 60, 9, 3, 4, 70, 1, 2, 3, 4];
    expect(new PromptLookup().draft(tokens, 3)).toEqual({ tokens: [50, 9, 2], chances: [0.75, 0.75, 0.75] });
    expect(new PromptLookup().draft([7, 3, 4, 70, 3, 4, 80, 8, 3, 4], 2)).toEqual({ tokens: [80, 8], chances: [0.5, 0.5] });
  });

  it('matches a single token if no pair occurred, and nothing if no token did', () => {
    expect(new PromptLookup().draft([5, 6, 7, 5], 2)).toEqual({ tokens: [6, 7], chances: [0.3, 0.3] });
    expect(new PromptLookup().draft([5, 6, 7], 2)).toBeUndefined();
    expect(new PromptLookup().draft([5], 2)).toBeUndefined();
    expect(new PromptLookup().draft([5, 5], 0)).toBeUndefined();
  });

  it('continues a repetition that has just begun', () => {
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
      const expected = followsLongestMatch(tokens);
      expect(draft?.tokens[0]).toBe(expected);
      if (expected !== undefined) found++;
    }
    expect(found).toBeGreaterThan(1500);
  });
});

/** What followed the most recent of the longest matches of the last tokens, with at most 16 tokens. */
function followsLongestMatch(tokens: readonly number[]): number | undefined {
  let best = { length: 0, end: tokens.length };
  for (let end = tokens.length - 2; end >= 0; end--) {
    let length = 0;
    while (length < 16 && length <= end && tokens[end - length] === tokens[tokens.length - 1 - length]) length++;
    if (length > best.length) best = { length, end };
  }
  return tokens[best.end + 1];
}
