import type { BlockMatrix } from './weights.ts';

/**
 * The weights that blocks stand for.
 * @param target receives them, float32 `[rows, columns]`
 */
export function unpackBlocks(matrix: BlockMatrix, target = new Float32Array(matrix.rows * matrix.columns)): Float32Array {
  const { rows, columns, bits, blockSize } = matrix;
  const blocks = Math.ceil(columns / blockSize);
  const unpack = bits === 4 ? unpackNibbles : unpackBytes;
  for (let row = 0; row < rows; row++) {
    for (let block = 0; block < blocks; block++) {
      const index = row * blocks + block;
      const scale = matrix.scales[index] as number;
      const offset = (matrix.offsets?.[index] as number | undefined) ?? 0;
      const start = block * blockSize;
      const count = Math.min(blockSize, columns - start);
      const from = index * ((blockSize * bits) / 8);
      unpack(matrix.packed, from, target, row * columns + start, count, scale, offset, zeroPoint(matrix, row, block, blocks));
    }
  }
  return target;
}

function zeroPoint({ bits, zeroPoints }: BlockMatrix, row: number, block: number, blocks: number): number {
  if (!zeroPoints) return 1 << (bits - 1);
  if (bits === 8) return zeroPoints[row * blocks + block] as number;
  const byte = zeroPoints[row * Math.ceil(blocks / 2) + (block >> 1)] as number;
  return block & 1 ? byte >> 4 : byte & 15;
}

/** Levels and weights have places of their own, so the arguments are many. */
function unpackBytes(
  packed: Uint8Array,
  from: number,
  target: Float32Array,
  to: number,
  count: number,
  scale: number,
  offset: number,
  zero: number,
): void {
  for (let i = 0; i < count; i++) target[to + i] = scale * ((packed[from + i] as number) - zero) + offset;
}

function unpackNibbles(
  packed: Uint8Array,
  from: number,
  target: Float32Array,
  to: number,
  count: number,
  scale: number,
  offset: number,
  zero: number,
): void {
  for (let i = 0; i < count; i += 2) {
    const byte = packed[from + (i >> 1)] as number;
    target[to + i] = scale * ((byte & 15) - zero) + offset;
    if (i + 1 < count) target[to + i + 1] = scale * ((byte >> 4) - zero) + offset;
  }
}
