import { describe, expect, it } from 'vitest';
import { FEATURES, Gate } from '../../../engine/ngrams/gate.ts';
import { type Level, levelsOf } from '../../../engine/ngrams/levels.ts';
import { Mixture } from '../../../engine/ngrams/mixture.ts';
import { PRIOR } from '../../../engine/ngrams/prior.ts';
import { MatchBuffer, TokenIndex } from '../../../engine/ngrams/tokenIndex.ts';
import { Random } from '../../support/random.ts';

const VOCABULARY = 12;

function level(order: number, counts: readonly (readonly [number, number])[], scope = 0): Level {
  const total = counts.reduce((sum, [, count]) => sum + count, 0);
  const [best, bestCount] = [...counts].sort(([, a], [, b]) => b - a)[0] as readonly [number, number];
  return { order, scope, total, counts: new Map(counts), best, bestCount };
}

const uniform = { best: 0, probability: () => 1 / VOCABULARY };

/** The probabilities of all tokens: the given ones, and the share of the model for the others. */
function distribution(mixture: Mixture, model: (token: number) => number): number[] {
  const named = new Map(mixture.named());
  return Array.from({ length: VOCABULARY }, (_, token) => named.get(token) ?? mixture.left * model(token));
}

describe('levelsOf', () => {
  it('counts the successors of each distinct length of context, the shortest first', () => {
    const index = new TokenIndex();
    index.set('a', [1, 2, 3, 7]);
    index.set('b', [1, 2, 3, 7]);
    index.set('c', [9, 2, 3, 8]);
    const levels = levelsOf(index, 0, [1, 2, 3], new MatchBuffer(16));
    expect(levels.map(({ order, total, counts, best }) => [order, total, [...counts].sort(), best])).toEqual([
      [
        0,
        3,
        [
          [7, 2],
          [8, 1],
        ],
        7,
      ], // two tokens agree
      [1, 2, [[7, 2]], 7], // three
    ]);
  });
});

describe('Mixture', () => {
  it("is the model's distribution if nothing is known", () => {
    const mixture = new Mixture([], new Gate(), uniform);
    expect(mixture.left).toBe(1);
    expect([...mixture.named()]).toEqual([]);
  });

  it('is a distribution for any levels', () => {
    const random = new Random(21);
    for (let round = 0; round < 200; round++) {
      const gate = new Gate(Array.from({ length: FEATURES }, () => 2 * random.normal()));
      const weights = Array.from({ length: VOCABULARY }, () => Math.exp(3 * random.normal()));
      const sum = weights.reduce((a, b) => a + b);
      const model = (token: number) => (weights[token] as number) / sum;
      const levels = Array.from({ length: random.below(9) }, (_, i) =>
        level(
          Math.min(7, i),
          [...new Set([random.below(VOCABULARY), random.below(VOCABULARY)])].map((token) => [token, 1 + random.below(40)]),
          i % 2,
        ),
      );
      const mixture = new Mixture(levels, gate, { best: weights.indexOf(Math.max(...weights)), probability: model });
      const found = distribution(mixture, model);
      expect(found.every((value) => value >= 0 && value <= 1)).toBe(true);
      expect(found.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
    }
  });

  it('gives each level its share of the remaining probability', () => {
    const gate = new Gate(); // trusts every level by half
    const mixture = new Mixture(
      [
        level(0, [
          [3, 1],
          [4, 1],
        ]),
        level(2, [[4, 1]]),
      ],
      gate,
      uniform,
    );
    const named = new Map(mixture.named());
    expect(named.get(3)).toBeCloseTo((1 / 24 + 1 / 4) / 2, 12);
    expect(named.get(4)).toBeCloseTo((1 / 24 + 1 / 4) / 2 + 1 / 2, 12);
    expect(mixture.left).toBe(1 / 4);
  });
});

describe('Gate', () => {
  it.each([
    ['right', 4, 0.9, 1],
    ['wrong', 5, 0, 0.1],
  ])('learns that a level is always %s', (_, truth, least, most) => {
    const gate = new Gate();
    const mixture = () => new Mixture([level(3, [[4, 2]])], gate, uniform);
    for (let i = 0; i < 200; i++) mixture().learn(truth, gate);
    expect(1 - mixture().left).toBeGreaterThanOrEqual(least);
    expect(1 - mixture().left).toBeLessThanOrEqual(most);
  });

  it('learns the weight of a level that is right half of the time, and nothing from one that agrees with the model', () => {
    const gate = new Gate();
    const random = new Random(22);
    const belief = { best: 0, probability: (token: number) => (token === 4 ? 0.001 : 0.0908) };
    for (let i = 0; i < 4000; i++) {
      new Mixture([level(3, [[4, 2]])], gate, belief).learn(random.uniform() < 0.5 ? 4 : 5, gate);
    }
    expect(1 - new Mixture([level(3, [[4, 2]])], gate, belief).left).toBeCloseTo(0.5, 1);
    const weights = [...gate.weights];
    new Mixture([level(3, [[4, 2]])], gate, { best: 4, probability: (token) => (token === 4 ? 1 : 0) }).learn(4, gate);
    expect([...gate.weights]).toEqual(weights);
  });

  it('starts with weights for all features that trust long contexts more than short ones', () => {
    expect(PRIOR).toHaveLength(FEATURES);
    const trust = (order: number) => 1 - new Mixture([level(order, [[4, 2]])], new Gate(PRIOR), uniform).left;
    expect(trust(7)).toBeGreaterThan(trust(0) + 0.2);
  });
});
