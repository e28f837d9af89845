import { describe, expect, it } from 'vitest';
import { Recall } from '../../../engine/generate/recall.ts';
import { Gate } from '../../../engine/ngrams/gate.ts';
import { PRIOR } from '../../../engine/ngrams/prior.ts';
import { TokenIndex } from '../../../engine/ngrams/tokenIndex.ts';
import { argMax, logSumExp, summaryOf } from '../../../engine/sampling/sampler.ts';
import { Random } from '../../support/random.ts';

const VOCABULARY = 40;

function workspaceOf(...documents: readonly (readonly number[])[]): TokenIndex {
  const index = new TokenIndex();
  for (const [i, tokens] of documents.entries()) index.set(`file ${i}`, tokens);
  return index;
}

function recallOf(workspace: TokenIndex, prompt: readonly number[], except = '', gate = new Gate()): Recall {
  const recall = new Recall(workspace, { document: except }, gate);
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

const mixed = (recall: Recall, logits: Float32Array) => softmax(recall.mix({ logits }).logits);

describe('Recall', () => {
  it('raises what followed the same tokens in the workspace, and keeps the ratios of the other tokens', () => {
    const logits = randomLogits(new Random(31));
    const before = softmax(logits);
    const recall = recallOf(workspaceOf([1, 2, 3, 7], [5, 2, 3, 8]), [1, 2, 3]);
    const after = mixed(recall, logits);
    // An untrained gate trusts each level by half: [2, 3] → 7 or 8, then [1, 2, 3] → 7.
    expect(after[7]).toBeCloseTo(((before[7] as number) / 2 + 1 / 4) / 2 + 1 / 2, 5);
    expect(after[8]).toBeCloseTo(((before[8] as number) / 2 + 1 / 4) / 2, 5);
    for (const token of [0, 9, 39]) expect(after[token]).toBeCloseTo((before[token] as number) / 4, 5);
  });

  it('reports the largest logit and the sum of its result', () => {
    const random = new Random(35);
    for (let round = 0; round < 100; round++) {
      const recall = recallOf(workspaceOf(...Array.from({ length: 5 }, () => random.tokens(30, 4))), random.tokens(12, 4));
      const before = randomLogits(random);
      // With what the runtime says of the row, and without.
      const { logits, summary } = recall.mix({ logits: before, ...(round % 2 && { summary: summaryOf(before) }) });
      expect(summary?.best).toBe(argMax(logits));
      expect(summary?.logSumExp).toBeCloseTo(logSumExp(logits, logits[argMax(logits)] as number), 5);
    }
  });

  it('draws on its own timeline, and not on the document being completed', () => {
    const workspace = workspaceOf([1, 2, 3, 7]);
    const highest = (recall: Recall) => Math.max(...mixed(recall, new Float32Array(VOCABULARY)));
    expect(highest(recallOf(workspace, [1, 2, 3]))).toBeGreaterThan(0.5);
    expect(highest(recallOf(workspace, [1, 2, 3], 'file 0'))).toBeCloseTo(1 / VOCABULARY, 6);
    expect(highest(recallOf(new TokenIndex(), [1, 2, 3, 9, 1, 2, 3]))).toBeGreaterThan(0.5);
  });

  it('follows the chosen tokens', () => {
    const recall = recallOf(workspaceOf([1, 2, 3, 4, 5]), [9, 1, 2]);
    const best = () =>
      mixed(recall, new Float32Array(VOCABULARY)).reduce((top, p, i, all) => (p > (all[top] as number) ? i : top), 0);
    for (const token of [3, 4, 5]) {
      expect(best()).toBe(token);
      recall.take(token);
    }
    expect(recall.recalled.map(({ token }) => token)).toEqual([3, 4, 5]);
  });

  it('gives the same result for the largest logits alone as for all', () => {
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
      const all = mixed(recallOf(workspaceOf(...documents), prompt), logits);
      const largest = recallOf(workspaceOf(...documents), prompt).mix(top);
      for (const [i, token] of largest.tokens.entries()) {
        expect(Math.exp((largest.logits[i] as number) - largest.logSumExp)).toBeCloseTo(all[token] as number, 5);
        if (i > 0) expect(largest.logits[i]).toBeLessThanOrEqual(largest.logits[i - 1] as number);
      }
    }
  });

  const drafted = (recall: Recall, most: number) => recall.draft([], most)?.tokens;

  it('drafts the most likely continuation by the contexts, up to the end of the document', () => {
    const workspace = workspaceOf([1, 2, 3, 7, 8, 9], [2, 3, 5, 6]);
    expect(drafted(recallOf(workspace, [1, 2, 3]), 2)).toEqual([7, 8]);
    expect(drafted(recallOf(workspace, [1, 2, 3]), 9)).toEqual([7, 8, 9]);
    expect(drafted(recallOf(workspace, [1, 2, 3, 30, 1, 2, 3]), 1)).toEqual([30]);
    expect(drafted(recallOf(workspace, [2, 3], 'file 1'), 1)).toEqual([7]);
    expect(drafted(recallOf(workspace, [20, 21]), 4)).toBeUndefined();
    expect(drafted(recallOf(workspace, [1, 2, 3]), 0)).toBeUndefined();
    expect(recallOf(workspace, [1, 2, 3]).draft([], 9, (token) => token === 9)?.tokens).toEqual([7, 8]);
  });

  it('drafts what followed most often, and continues in the timeline when a document ends', () => {
    expect(
      drafted(recallOf(workspaceOf([1, 2, 7], [1, 2, 8], [1, 2, 7], [1, 2, 8], [1, 2, 8], [1, 2, 7, 9], [1, 2, 7]), [1, 2]), 1),
    ).toEqual([7]);
    expect(drafted(recallOf(workspaceOf([1, 2, 3, 4]), [3, 4, 5, 6, 20, 1, 2]), 4)).toEqual([3, 4, 5, 6]);
  });

  it('gives tokens with more evidence a higher probability, and ends a draft when it becomes unlikely', () => {
    const chances = (...documents: readonly (readonly number[])[]) =>
      recallOf(workspaceOf(...documents), [1, 2, 3], '', new Gate(PRIOR)).draft([], 8)?.chances ?? [];
    const [one] = chances([1, 2, 3, 7]);
    const [several] = chances([1, 2, 3, 7], [1, 2, 3, 7], [1, 2, 3, 7]);
    const [divided] = chances([1, 2, 3, 7], [1, 2, 3, 8], [1, 2, 3, 9]);
    expect(several).toBeGreaterThan(one as number);
    expect(divided).toBeLessThan(one as number);
    const noise = chances(new Random(34).tokens(4000, 3));
    expect(noise.length).toBeLessThan(8);
    expect(noise.slice(0, -1).reduce((all, chance) => all * chance, 1)).toBeGreaterThan(0.1);
  });

  it('does not change its state by drafting', () => {
    const random = new Random(33);
    const documents = Array.from({ length: 5 }, () => random.tokens(60, 4));
    const [plain, drafting] = [0, 1].map(() => recallOf(workspaceOf(...documents), documents[0]?.slice(5, 20) ?? []));
    for (let i = 0; i < 40; i++) {
      drafting?.draft([], 8);
      const logits = randomLogits(random);
      expect(drafting?.mix({ logits: logits.slice() })).toEqual(plain?.mix({ logits: logits.slice() }));
      const token = random.below(4);
      for (const each of [plain, drafting]) each?.take(token);
    }
  });
});
