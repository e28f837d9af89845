import type { BlockMatrix } from '../../engine/model/weights.ts';

/** The weights of a block matrix, one by one from the definition in float64: scale · (level − zero point) + offset. */
export function weightsOf(matrix: BlockMatrix): Float64Array {
  const { rows, columns, bits, blockSize, packed, scales, zeroPoints, offsets } = matrix;
  const blocks = Math.ceil(columns / blockSize);
  const valueAt = (bytes: Uint8Array, rowBytes: number, row: number, index: number) => {
    const byte = bytes[row * rowBytes + Math.floor((index * bits) / 8)] as number;
    return bits === 8 ? byte : index % 2 === 0 ? byte % 16 : Math.floor(byte / 16);
  };
  return Float64Array.from({ length: rows * columns }, (_, i) => {
    const row = Math.floor(i / columns);
    const column = i % columns;
    const block = Math.floor(column / blockSize);
    const level = valueAt(packed, (blocks * blockSize * bits) / 8, row, column);
    const zero = zeroPoints ? valueAt(zeroPoints, Math.ceil((blocks * bits) / 8), row, block) : 2 ** (bits - 1);
    const offset = offsets ? (offsets[row * blocks + block] as number) : 0;
    return (scales[row * blocks + block] as number) * (level - zero) + offset;
  });
}
