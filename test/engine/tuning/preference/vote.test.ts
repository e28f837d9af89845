import { describe, expect, it } from 'vitest';
import { aroundCompletion } from '../../../../engine/tuning/preference/surroundings.ts';
import { majorityVote, normalisedAnswer } from '../../../../engine/tuning/preference/vote.ts';

describe('a vote', () => {
  it('is won by what most answers say, however they put it', () => {
    const vote = majorityVote(['7', 'The answer is 42.', '**42**', '`42`', '41', '']);
    expect(vote).toEqual({ winner: 1, votes: 3, agreement: 0.5, groups: [[1, 2, 3], [0], [4]] });
  });

  it('is won by the first answer in a tie, and by none if all are empty', () => {
    expect(majorityVote(['b', 'a'])).toMatchObject({ winner: 0, votes: 1, agreement: 0.5 });
    expect(majorityVote([' ', '…'.slice(1)])).toBeUndefined();
    expect(majorityVote([])).toBeUndefined();
  });
});

describe('an answer', () => {
  it('is compared without differences that do not matter', () => {
    const same = [
      ['Yes.', 'yes', ' YES! '],
      ['1,000', '1000', '1000.0', '$1,000', 'The result is: 1000'],
      ['-0.50', '-0.5', 'Answer: -0.5'],
      ['```ts\nx => x\n```', 'x  =>\nx'],
      ['It is Paris.', 'So, the final answer is "Paris"', 'paris'],
    ];
    for (const group of same) expect(new Set(group.map(normalisedAnswer)).size, group.join(' | ')).toBe(1);
  });

  it('keeps differences that matter', () => {
    const others = ['1.5', '15', '1,5', 'a b', 'ab', 'x => x', 'x => y', 'answering machines', '-1', '1'];
    expect(new Set(others.map(normalisedAnswer)).size).toBe(others.length);
  });
});

describe('what stands around a completion', () => {
  it("is whole lines near the cursor, as in the heads' training", () => {
    expect(aroundCompletion('a\nb', 'c\nd')).toEqual({ before: 'a\nb', after: 'c\nd' });
    const lines = Array.from({ length: 100 }, (_, i) => `line ${i};`).join('\n');
    const { before, after } = aroundCompletion(lines, lines);
    expect(before.length).toBeLessThan(600);
    expect(before).toMatch(/^line \d+;\n/);
    expect(lines.endsWith(before)).toBe(true);
    expect(after.length).toBeLessThan(200);
    expect(after).toMatch(/;$/);
    expect(aroundCompletion('x'.repeat(700), 'y'.repeat(300))).toEqual({ before: '', after: '' });
  });
});
