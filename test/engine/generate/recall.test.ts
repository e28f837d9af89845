import { describe, expect, it } from 'vitest';
import { Recall } from '../../../engine/generate/recall.ts';
import { Gate } from '../../../engine/ngrams/gate.ts';
import { TokenIndex } from '../../../engine/ngrams/tokenIndex.ts';
import { Random } from '../../support/random.ts';

const VOCABULARY = 40;

function workspaceOf(...documents: readonly (readonly number[])[]): TokenIndex {
  const index = new TokenIndex();
  for (const [i, tokens] of documents.entries()) index.set(`file ${i}`, tokens);
  return index;
}

function recallOf(workspace: TokenIndex, prompt: readonly number[], except = '', gate = new Gate()): Recall {
  const recall = new Recall(workspace, except, gate);
  recall.follow(prompt);
  return recall;
}

const randomLogits = (random: Random) => Float32Array.from({ length: VOCABULARY }, () => 3 * random.normal());

function softmax(logits: Float32Array): number[] {
  const highest = Math.max(...logits);
  const weights = Array.from(logits, (logit) => Math.exp(logit - highest));
  const sum = weights.reduce((a, b) => a + b);
  return weights.map((weight) => weight / sum);
}

describe('Recall', () => {
  it('turns logits towards what followed the same tokens in the workspace, and leaves the ratios of the others', () => {
    const logits = randomLogits(new Random(31));
    const before = softmax(logits);
    const recall = recallOf(workspaceOf([1, 2, 3, 7], [5, 2, 3, 8]), [1, 2, 3]);
    const after = softmax(recall.mix(logits));
    // An untrained gate trusts each level by half: [2, 3] → 7 or 8, then [1, 2, 3] → 7.
    expect(after[7]).toBeCloseTo(((before[7] as number) / 2 + 1 / 4) / 2 + 1 / 2, 5);
    expect(after[8]).toBeCloseTo(((before[8] as number) / 2 + 1 / 4) / 2, 5);
    for (const token of [0, 9, 39]) expect(after[token]).toBeCloseTo((before[token] as number) / 4, 5);
  });

  it('draws on its own timeline, and not on the document that it is about', () => {
    const workspace = workspaceOf([1, 2, 3, 7]);
    const logits = () => new Float32Array(VOCABULARY);
    const mixed = (recall: Recall) => Math.max(...softmax(recall.mix(logits())));
    expect(mixed(recallOf(workspace, [1, 2, 3]))).toBeGreaterThan(0.5);
    expect(mixed(recallOf(workspace, [1, 2, 3], 'file 0'))).toBeCloseTo(1 / VOCABULARY, 6);
    expect(mixed(recallOf(new TokenIndex(), [1, 2, 3, 9, 1, 2, 3]))).toBeGreaterThan(0.5);
  });

  it('follows the tokens that are taken', () => {
    const recall = recallOf(workspaceOf([1, 2, 3, 4, 5]), [9, 1, 2]);
    const best = () =>
      softmax(recall.mix(new Float32Array(VOCABULARY))).reduce((top, p, i, all) => (p > (all[top] as number) ? i : top), 0);
    for (const token of [3, 4, 5]) {
      expect(best()).toBe(token);
      recall.take(token);
    }
    expect(recall.recalled.map(({ token }) => token)).toEqual([3, 4, 5]);
  });

  it('says the same of the largest logits as of all', () => {
    const random = new Random(32);
    for (let round = 0; round < 50; round++) {
      const prompt = random.tokens(12, 4);
      const documents = Array.from({ length: 5 }, () => random.tokens(30, 4));
      const logits = randomLogits(random);
      const sorted = [...logits.keys()].sort((a, b) => (logits[b] as number) - (logits[a] as number));
      const top = {
        tokens: Int32Array.from(sorted),
        logits: Float32Array.from(sorted, (token) => logits[token] as number),
        logSumExp: Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0)),
      };
      const all = softmax(recallOf(workspaceOf(...documents), prompt).mix(logits));
      const largest = recallOf(workspaceOf(...documents), prompt).mix(top);
      for (const [i, token] of largest.tokens.entries()) {
        expect(Math.exp((largest.logits[i] as number) - largest.logSumExp)).toBeCloseTo(all[token] as number, 5);
        if (i > 0) expect(largest.logits[i]).toBeLessThanOrEqual(largest.logits[i - 1] as number);
      }
    }
  });

  it('drafts what followed the longest match, up to the end of the document', () => {
    const workspace = workspaceOf([1, 2, 3, 7, 8, 9], [2, 3, 5, 6]);
    expect(recallOf(workspace, [1, 2, 3]).draft([1, 2, 3], 2)).toEqual({ tokens: [7, 8], level: 3 });
    expect(recallOf(workspace, [1, 2, 3]).draft([1, 2, 3], 9)).toEqual({ tokens: [7, 8, 9], level: 3 });
    const timeline = [1, 2, 3, 30, 1, 2, 3];
    expect(recallOf(workspace, timeline).draft(timeline, 1)).toEqual({ tokens: [30], level: 3 });
    expect(recallOf(workspace, [2, 3], 'file 1').draft([2, 3], 1)?.tokens).toEqual([7]);
    expect(recallOf(workspace, [20, 21]).draft([20, 21], 4)).toBeUndefined();
  });
});
