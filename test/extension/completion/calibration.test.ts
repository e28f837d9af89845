import { expect, test } from 'vitest';
import { Calibration } from '../../../extension/completion/calibration.ts';
import { Random } from '../../support/random.ts';
import { at } from './cursor.ts';

test('begins with what was fitted', () => {
  expect(new Calibration().probability(0)).toBe(0.5);
});

test.each([
  ['typed to its end', 'x = compute();|', 1],
  ['accepted with more', 'x = compute();\ny|', 1],
  ['typed otherwise', 'x = comb|', -1],
  ['typed in part', 'x = comp|', 0],
  ['left', 'y|', 0],
  ['taken back', 'x =|', 0],
])('a line that is %s', (_, now, sign) => {
  const calibration = new Calibration();
  calibration.expect(at('x = |'), 'compute();', 0);
  calibration.observe(at(now));
  expect(Math.sign(calibration.offset)).toBe(sign);
});

test('typing in another document is no evidence', () => {
  const calibration = new Calibration();
  calibration.expect(at('x = |'), 'compute();', 0);
  calibration.observe(at('x = compute();|', 'typescript', 'b.ts'));
  expect(calibration.offset).toBe(0);
});

test('one line counts as one outcome, whatever else is predicted meanwhile', () => {
  const calibration = new Calibration();
  calibration.expect(at('x = |'), 'compute();', 0);
  calibration.observe(at('x = comp|'));
  calibration.expect(at('x = comp|'), 'ute();', 2);
  calibration.observe(at('x = compute();|'));
  const { offset } = calibration;
  expect(offset).toBeGreaterThan(0);
  calibration.observe(at('x = compute();|'));
  expect(calibration.offset).toBe(offset);
});

test('converges to how often such lines are right, and starts anew with another model', () => {
  const random = new Random(9);
  const calibration = new Calibration();
  let sum = 0;
  for (let i = 0; i < 4_000; i++) {
    calibration.learn(calibration.probability(0), random.uniform() < 0.8);
    if (i >= 2_000) sum += calibration.probability(0) / 2_000;
  }
  expect(sum).toBeCloseTo(0.8, 1);
  calibration.clear();
  expect(calibration.probability(0)).toBe(0.5);
});

test('no streak makes a suggestion impossible', () => {
  const calibration = new Calibration();
  for (let i = 0; i < 10_000; i++) calibration.learn(0.5, false);
  expect(calibration.probability(3)).toBe(0.5);
});
