import { expect, it } from 'vitest';
import { logProbabilityOf, probabilityOf } from '../../../engine/sampling/probability.ts';

it('the share of some tokens is that of the softmax', () => {
  const logits = Float32Array.of(1, 2, -3, 0.5);
  const all = [1, 2, -3, 0.5].reduce((sum, logit) => sum + Math.exp(logit), 0);
  expect(probabilityOf([1, 3], logits)).toBeCloseTo((Math.exp(2) + Math.exp(0.5)) / all, 6);
  expect(probabilityOf([], logits)).toBe(0);
  expect(probabilityOf([0, 1, 2, 3], Float32Array.of(900, 900, 900, 900))).toBe(1);
});

it('the log-probability of a token is the logarithm of its share, among all tokens or among the possible ones', () => {
  const logits = Float32Array.of(1, 2, -3, 0.5);
  expect(logProbabilityOf(1, logits)).toBeCloseTo(Math.log(probabilityOf([1], logits)), 6);
  expect(logProbabilityOf(3, logits, Int32Array.of(0, 3))).toBeCloseTo(-Math.log(1 + Math.exp(0.5)), 6);
});
