import { expect, it } from 'vitest';
import { toFloat16 } from '../../../engine/graph/float16.ts';
import { Random } from '../../support/random.ts';

/** JavaScript's own rounding, where the engine's may not yet run on it. */
function truth(values: readonly number[]): number[] {
  const view = new DataView(new ArrayBuffer(2));
  const { setFloat16 } = DataView.prototype as DataView & { setFloat16?: (offset: number, value: number) => void };
  if (!setFloat16) throw new Error('This Node has no float16; the tests need a newer one.');
  return values.map((value) => {
    setFloat16.call(view, 0, value);
    return view.getUint16(0);
  });
}

it('rounds as JavaScript does: normal and tiny numbers, ties, both signs', () => {
  const random = new Random(5);
  const drawn = Array.from({ length: 20_000 }, () => Math.fround(random.normal() * 2 ** (random.below(34) - 24)));
  // Halfway between neighbours, and just beside it.
  const ties = Array.from({ length: 2000 }, (_, i) => Math.fround((2 * i + 1) * 2 ** -12));
  const tiny = Array.from({ length: 3000 }, (_, i) => Math.fround(i * 2 ** -25));
  const values = [...drawn, ...ties, ...tiny, 0, -0, 1, -1, 65504, -65504, Number.NaN].filter(
    (value) => !(Math.abs(value) > 65504),
  );
  expect([...toFloat16(Float32Array.from(values))]).toEqual(truth(values));
});

it('turns values beyond the largest float16 into that, not into infinity', () => {
  expect([...toFloat16(Float32Array.of(65505, 1e9, -1e9, Infinity))]).toEqual(truth([65504, 65504, -65504, 65504]));
});
