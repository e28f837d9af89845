import { expect, test } from 'vitest';
import { Random } from '../../support/random.ts';
import { fitWeights } from './showFit.ts';
import type { ShowOutcome } from './showOutcomes.ts';

const outcome = (probability: number, kept: boolean): ShowOutcome => ({
  ...{ logProbability: Math.log(probability), characters: 10, repository: 'shop', atLineStart: false, exact: kept, gained: 0 },
  kept,
});

test('weights are found again from outcomes that follow them', () => {
  const random = new Random(41);
  const outcomes = Array.from({ length: 20_000 }, () => {
    const said = 0.02 + 0.96 * random.uniform();
    const odds = -0.5 + 0.8 * Math.log(said / (1 - said));
    return outcome(said, random.uniform() < 1 / (1 + Math.exp(-odds)));
  });
  const [constant, slope] = fitWeights(outcomes);
  expect(constant).toBeCloseTo(-0.5, 1);
  expect(slope).toBeCloseTo(0.8, 1);
});

test('nothing, or outcomes that are all alike, give weights that are numbers', () => {
  expect(fitWeights([])).toEqual([0, 1]);
  for (const kept of [true, false]) {
    const [constant, slope] = fitWeights([outcome(0.3, kept), outcome(0.8, kept)]);
    expect(Number.isFinite(constant) && Number.isFinite(slope)).toBe(true);
    expect(constant > 0).toBe(kept);
  }
});
