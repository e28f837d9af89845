import { expect, it } from 'vitest';
import { decay } from '../../../engine/sampling/decay.ts';

it('decay is e^−x to eight digits, and 0 where that underflows', () => {
  for (let x = 0; x < 40; x += 0.001_37) expect(Math.abs(decay(x) / Math.exp(-x) - 1)).toBeLessThan(3e-9);
  expect(decay(0)).toBe(1);
  expect([decay(40), decay(1e30), decay(Infinity)]).toEqual([0, 0, 0]);
  expect(decay(Number.NaN)).toBeNaN();
});
