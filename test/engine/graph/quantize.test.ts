import { describe, expect, it } from 'vitest';
import { quantize, quantizeRows } from '../../../engine/graph/quantize.ts';
import { unpackBlocks } from '../../../engine/model/blockMatrix.ts';
import { fastNormal } from '../../support/random.ts';

const formats = ([4, 8] as const).flatMap((bits) => ([32, 64, 128] as const).map((blockSize) => [bits, blockSize] as const));

describe.each(formats)('%i bits in blocks of %i', (bits, blockSize) => {
  it.each([32, 96, 128, 200])('rows of %i come back within half a step of their block', (columns) => {
    const rows = 5;
    const weights = fastNormal(rows * columns, 0.3, columns);
    const back = unpackBlocks(quantize(weights, rows, bits, blockSize));
    expect(back.length).toBe(weights.length);
    for (let row = 0; row < rows; row++) {
      for (let start = 0; start < columns; start += blockSize) {
        const at = row * columns + start;
        const block = weights.subarray(at, Math.min(at + blockSize, (row + 1) * columns));
        const extreme = block.reduce((most, w) => Math.max(most, Math.abs(w)), 0);
        const step = extreme / (bits === 4 ? 8 : 127);
        for (const [i, weight] of block.entries()) {
          // At 4 bits the levels end at 7 on the side away from the extreme weight: up to one step is cut there.
          const reach = bits === 4 && Math.abs(weight) > 7.5 * step ? 1 : 0.5;
          expect(Math.abs((back[at + i] as number) - weight)).toBeLessThanOrEqual(reach * step * (1 + 1e-5));
        }
      }
    }
  });

  it('keeps values that are quantisation levels, and zeros, exactly', () => {
    const step = 0.125;
    const levels = bits === 4 ? 8 : 127;
    const weights = Float32Array.from({ length: 2 * blockSize }, (_, i) =>
      i < blockSize ? step * ((i % levels) - levels + 1) : 0,
    );
    weights[0] = -step * levels;
    const back = unpackBlocks(quantize(weights, 2, bits, blockSize));
    expect(Array.from(back, (weight) => weight + 0)).toEqual(Array.from(weights)); // −0 is 0
  });

  it('has the sizes that MatMulNBits asks for', () => {
    const { packed, scales } = quantize(new Float32Array(3 * 130), 3, bits, blockSize);
    const blocks = Math.ceil(130 / blockSize);
    expect(packed.length).toBe((3 * blocks * blockSize * bits) / 8);
    expect(scales.length).toBe(3 * blocks);
  });
});

describe('rows of 8 bits, transposed', () => {
  const [rows, columns] = [7, 40];
  const weights = fastNormal(rows * columns, 0.3, 4).fill(0, 2 * columns, 3 * columns);

  it('differ by at most half a quantisation step, in whatever pieces they are read', () => {
    const target = { levels: new Int8Array(rows * columns), scales: new Float32Array(rows) };
    quantizeRows(weights.subarray(0, 3 * columns), columns, target, 0);
    quantizeRows(weights.subarray(3 * columns), columns, target, 3);
    for (const [at, weight] of weights.entries()) {
      const [row, column] = [Math.floor(at / columns), at % columns];
      const step = weights.subarray(row * columns, (row + 1) * columns).reduce((most, w) => Math.max(most, Math.abs(w)), 0) / 127;
      const back = (target.levels[column * rows + row] as number) * (target.scales[row] as number);
      expect(Math.abs(back - weight)).toBeLessThanOrEqual(0.5 * step * (1 + 1e-5));
    }
  });
});
