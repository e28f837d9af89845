import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../../engine/sampling/random.ts';
import {
  BETA,
  combined,
  isTaggedBy,
  logit,
  NO_MOMENTS,
  rankAnswers,
  sigmoid,
  whitened,
  withValues,
} from '../../../../engine/tuning/preference/combine.ts';
import { FEATURES } from '../../../../engine/tuning/preference/features.ts';
import type { Heads } from '../../../../engine/tuning/preference/heads.ts';
import { divergenceOfBest, expectedMaximum, expectedMaximumOf } from '../../../../engine/tuning/preference/orderStatistics.ts';
import { temperatureFor } from '../../../../engine/tuning/preference/temperature.ts';
import { features, headsOf, normal, someWeights } from './synthetic.ts';

interface Case {
  readonly helpful: number;
  readonly safe: number;
  readonly combined: number;
  readonly tagged: number;
}
const golden = JSON.parse(readFileSync(new URL('./features.json', import.meta.url), 'utf8')) as {
  readonly cases: readonly Case[];
};

/** Heads whose scores are the first two features. */
const direct: Heads = {
  ...headsOf(FEATURES.map((_, i) => Number(i === 0))),
  safe: { weight: FEATURES.map((_, i) => Number(i === 1)), bias: 0 },
};
const answer = (helpful: number, safe: number) => FEATURES.map((_, i) => [helpful, safe][i] ?? 0);
const odds = (probability: number) => Math.log(probability / (1 - probability));

describe('the gate', () => {
  it('ranks by safety below 0.15, by helpfulness from there on', () => {
    expect(combined({ helpful: odds(0.9), safe: odds(0.1499) }, 0.15)).toEqual({
      probability: expect.closeTo(0.1499, 12),
      by: 'safe',
      gate: 'unsafe',
    });
    expect(combined({ helpful: odds(0.9), safe: odds(0.1501) }, 0.15)).toEqual({
      probability: expect.closeTo(0.9, 12),
      by: 'helpful',
    });
    expect(combined({ helpful: odds(0.9), safe: 0 }, 0.5)).toEqual({ probability: expect.closeTo(0.9, 12), by: 'helpful' });
  });

  it('ranks by safety alone where the prompt is tagged', () => {
    expect(combined({ helpful: odds(0.9), safe: odds(0.8) }, 0.15, true)).toEqual({
      probability: expect.closeTo(0.8, 12),
      by: 'safe',
      gate: 'tagged',
    });
  });

  it("counts a prompt as tagged if the model's deciding token refuses it with probability 0.5 or more", () => {
    const decides = { decidesToRefuse: true };
    for (const [probability, isTagged] of [
      [0.4999, false],
      [0.5, true],
      [1, true],
    ] as const) {
      expect(isTaggedBy(decides, { probability })).toBe(isTagged);
      expect(isTaggedBy({}, { probability })).toBe(false);
    }
    expect(isTaggedBy(decides, undefined)).toBe(false);
  });

  it('gives the scores of the Python code that fits the heads', () => {
    expect(new Set(golden.cases.map(({ safe }) => sigmoid(safe) < 0.15)).size).toBe(2);
    for (const { helpful, safe, combined: both, tagged } of golden.cases) {
      expect(combined({ helpful, safe }, 0.15).probability).toBeCloseTo(both, 6);
      expect(combined({ helpful, safe }, 0.15, true).probability).toBeCloseTo(tagged, 6);
    }
  });

  it('puts an unsafe answer last, however helpful it is', () => {
    const { ranked } = rankAnswers(direct, [answer(8, odds(0.1)), answer(-0.5, 2), answer(1, 2), answer(9, odds(0.05))]);
    expect(ranked.map(({ index }) => index)).toEqual([2, 1, 0, 3]);
    expect(ranked.map(({ by }) => by)).toEqual(['helpful', 'helpful', 'safe', 'safe']);
    expect(ranked[0]?.helpful).toBeCloseTo(sigmoid(1), 12);
    expect(ranked[3]?.safe).toBeCloseTo(0.05, 12);
  });
});

describe('whitening', () => {
  it('gives values a mean of 0 and a deviation of 1', () => {
    const white = whitened([3, 5, 10, 1]);
    expect(white.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 12);
    expect(white.reduce((sum, value) => sum + value * value, 0) / 4).toBeCloseTo(1, 12);
  });

  it('keeps the order, and gives 0 for equal values and for a single one', () => {
    expect(whitened([2, 2, 2])).toEqual([0, 0, 0]);
    expect(whitened([7])).toEqual([0]);
    expect(whitened([])).toEqual([]);
  });

  it('takes what was seen before into account', () => {
    const seen = withValues(NO_MOMENTS, [0, 2, 4, 6]);
    const [all, mean] = [[0, 2, 4, 6, 10], 4.4];
    const deviation = Math.sqrt(all.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 5);
    expect(whitened([10], seen)[0]).toBeCloseTo((10 - mean) / deviation, 12);
    expect(withValues(withValues(NO_MOMENTS, [0, 2]), [4, 6, 10]).squares).toBeCloseTo(withValues(seen, [10]).squares, 12);
  });

  it('forgets old values: its mean follows new ones', () => {
    let seen = withValues(
      NO_MOMENTS,
      Array.from({ length: 1000 }, (_, i) => i % 2),
    );
    expect(seen.count).toBe(256);
    expect(seen.squares / seen.count).toBeCloseTo(0.25, 6);
    for (let i = 0; i < 1000; i++) seen = withValues(seen, [10]);
    expect(seen.mean).toBeGreaterThan(9.5);
  });

  it('takes logits of probabilities clamped to 0.0001 … 0.9999', () => {
    expect(logit(0)).toBeCloseTo(Math.log(1e-4 / (1 - 1e-4)), 12);
    expect(logit(1)).toBeCloseTo(-logit(0), 9);
    expect(logit(0.3)).toBeCloseTo(odds(0.3), 12);
  });

  it('subtracts the divergence: R = whiten(logit R_c) − β · KL', () => {
    const { ranked, divergence } = rankAnswers(direct, [answer(1, 3), answer(-1, 3)]);
    expect(divergence).toBeCloseTo(Math.log(2) - 0.5, 12);
    expect(ranked.map(({ reward }) => reward)).toEqual([
      expect.closeTo(1 - BETA * divergence, 12),
      expect.closeTo(-1 - BETA * divergence, 12),
    ]);
  });
});

describe('order statistics', () => {
  it('agree with tables: the largest of K normal values, and the divergence of taking it', () => {
    const maxima = { 1: 0, 2: 0.5641895835, 4: 1.029375373, 8: 1.423600306, 16: 1.7659913931 };
    for (const [count, value] of Object.entries(maxima)) expect(expectedMaximum(Number(count))).toBeCloseTo(value, 6);
    const divergences = { 1: 0, 2: 0.19, 4: 0.64, 8: 1.2, 16: 1.84 };
    for (const [count, nats] of Object.entries(divergences)) expect(divergenceOfBest(Number(count))).toBeCloseTo(nats, 1);
  });

  it('of given values are the mean over all choices of K of them', () => {
    expect(expectedMaximumOf([4, 1, 3], 1)).toBeCloseTo(8 / 3, 12);
    expect(expectedMaximumOf([4, 1, 3], 2)).toBeCloseTo((4 + 4 + 3) / 3, 12);
    expect(expectedMaximumOf([4, 1, 3], 3)).toBe(4);
    expect(expectedMaximumOf([4, 1, 3], 5)).toBe(4);
    const random = new Random(5);
    const many = Array.from({ length: 20_000 }, () => normal(random));
    expect(expectedMaximumOf(many, 8)).toBeCloseTo(expectedMaximum(8), 1);
  });

  it('say what the best of K gains: the order statistic with heads that know the reward, nothing with random ones', () => {
    const random = new Random(6);
    const weights = someWeights(random, 1); // the reward is then normal with deviation 1
    const heads = headsOf(weights);
    for (const count of [2, 4, 8, 16]) {
      const rounds = 3000;
      let [gained, byChance] = [0, 0];
      for (let round = 0; round < rounds; round++) {
        const answers = Array.from({ length: count }, () => features(random));
        const rewards = answers.map((each) => each.reduce((sum, value, i) => sum + value * (weights[i] as number), 0));
        gained += rewards[rankAnswers(heads, answers).ranked[0]?.index as number] as number;
        byChance += rewards[0] as number;
      }
      expect(Math.abs(gained / rounds - expectedMaximum(count))).toBeLessThan(4 / Math.sqrt(rounds));
      expect(Math.abs(byChance / rounds)).toBeLessThan(4 / Math.sqrt(rounds));
    }
  });

  it('is gained in proportion to how much the heads correlate with the reward', () => {
    const random = new Random(7);
    const [truth, noise] = [someWeights(random, 1), someWeights(random, 1)];
    const known = truth.map((value, i) => value + (noise[i] as number));
    const correlation = known.reduce((sum, value, i) => sum + value * (truth[i] as number), 0) / Math.hypot(...known);
    const [rounds, count] = [3000, 8];
    let gained = 0;
    for (let round = 0; round < rounds; round++) {
      const answers = Array.from({ length: count }, () => features(random));
      const best = answers[rankAnswers(headsOf(known), answers).ranked[0]?.index as number] as number[];
      gained += best.reduce((sum, value, i) => sum + value * (truth[i] as number), 0);
    }
    expect(Math.abs(gained / rounds - correlation * expectedMaximum(count))).toBeLessThan(4 / Math.sqrt(rounds));
  });
});

describe('the temperature', () => {
  it('is tuned to the number of candidates: one is the most probable answer, several are drawn at what was best for so many', () => {
    expect([1, 2, 4, 8, 16].map((count) => temperatureFor(count as 1))).toEqual([0, 1.25, 1.35, 1.35, 1.3]);
  });
});
