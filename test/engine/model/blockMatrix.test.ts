import { describe, expect, it } from 'vitest';
import { formInBytes, inBytes } from '../../../engine/model/blockMatrix.ts';
import type { BlockMatrix } from '../../../engine/model/weights.ts';
import { weightsOf } from '../../support/blockMatrix.ts';
import { fastNormal, Random } from '../../support/random.ts';

const ROWS = 3;

/** Levels, scales, zero points and offsets of any values. */
function randomMatrix(
  columns: number,
  blockSize: BlockMatrix['blockSize'],
  parts: 'none' | 'zero points' | 'offsets',
): BlockMatrix {
  const random = new Random(columns + blockSize);
  const blocks = Math.ceil(columns / blockSize);
  const bytes = (count: number) => Uint8Array.from({ length: count }, () => random.below(256));
  return {
    rows: ROWS,
    columns,
    bits: 4,
    blockSize,
    packed: bytes((ROWS * blocks * blockSize) / 2),
    scales: fastNormal(ROWS * blocks, 0.3, 1),
    ...(parts === 'zero points' && { zeroPoints: bytes(ROWS * Math.ceil(blocks / 2)) }),
    ...(parts === 'offsets' && { offsets: fastNormal(ROWS * blocks, 0.3, 2) }),
  };
}

describe('a matrix of nibbles in bytes', () => {
  const cases = ([16, 32, 64, 128, 256] as const).flatMap((blockSize) =>
    (['none', 'zero points', 'offsets'] as const).map((parts) => [blockSize, parts] as const),
  );

  it.each(cases)('has the same weights: blocks of %i, beside the scales %s', (blockSize, parts) => {
    for (const columns of [32, 64, 200, 256, 704]) {
      const matrix = randomMatrix(columns, blockSize, parts);
      const wide = inBytes(matrix);
      expect(weightsOf(wide)).toEqual(weightsOf(matrix));
      const blocks = Math.ceil(columns / Math.min(64, blockSize));
      const form = { bits: 8, blockSize: Math.min(64, blockSize) };
      expect(wide).toMatchObject(form);
      expect(formInBytes({ bits: 4, blockSize })).toEqual(form);
      expect(wide.packed.length).toBe(ROWS * blocks * wide.blockSize);
      expect([wide.scales.length, wide.zeroPoints?.length, wide.offsets?.length]).toEqual([
        ROWS * blocks,
        parts === 'zero points' ? ROWS * blocks : undefined,
        parts === 'offsets' ? ROWS * blocks : undefined,
      ]);
    }
  });

  it('stays as it is where it is in bytes', () => {
    const wide = inBytes(randomMatrix(64, 32, 'none'));
    expect(inBytes(wide)).toBe(wide);
    expect(formInBytes(wide)).toBeUndefined();
  });
});
