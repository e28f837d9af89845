import type { BlockForm, BlockMatrix } from './weights.ts';

/**
 * The weights that blocks stand for.
 * @param target receives them, float32 `[rows, columns]`
 */
export function unpackBlocks(matrix: BlockMatrix, target = new Float32Array(matrix.rows * matrix.columns)): Float32Array {
  const { rows, columns, bits, blockSize, packed, scales, offsets } = matrix;
  const blocks = Math.ceil(columns / blockSize);
  const blockBytes = (blockSize * bits) / 8;
  const unpack = bits === 4 ? unpackNibbles : unpackBytes;
  for (let row = 0, index = 0; row < rows; row++) {
    for (let block = 0; block < blocks; block++, index++) {
      const scale = scales[index] as number;
      // With the zero point inside: weight = scale · level + base. In doubles, so that only the result is rounded.
      const base = (offsets ? (offsets[index] as number) : 0) - scale * zeroPoint(matrix, row, block, blocks);
      const to = row * columns + block * blockSize;
      unpack(packed, index * blockBytes, target, to, Math.min(to + blockSize, (row + 1) * columns), scale, base);
    }
  }
  return target;
}

/** Weights of a block in bytes, at most: the kernels for 8 bits are fastest with so many. */
const MOST_IN_BYTES = 64;

/** The form in bytes of a matrix of nibbles, see {@link inBytes}; undefined for one that is in bytes. */
export function formInBytes<Form extends Pick<BlockForm, 'bits' | 'blockSize'>>(form: Form): Form | undefined {
  if (form.bits === 8) return undefined;
  return { ...form, bits: 8, blockSize: form.blockSize > MOST_IN_BYTES ? MOST_IN_BYTES : form.blockSize };
}

/** The same weights with a byte for each level in place of a nibble, large blocks cut into smaller ones of the same scale. */
export function inBytes(matrix: BlockMatrix): BlockMatrix {
  const { rows, columns, bits, blockSize, packed, scales, zeroPoints, offsets } = matrix;
  const form = formInBytes({ bits, blockSize });
  if (!form) return matrix;
  const size = form.blockSize;
  const cut = blockSize / size;
  const [before, after] = [Math.ceil(columns / blockSize), Math.ceil(columns / size)];
  const wide = {
    packed: new Uint8Array(rows * after * size),
    scales: new Float32Array(rows * after),
    ...(zeroPoints && { zeroPoints: new Uint8Array(rows * after) }),
    ...(offsets && { offsets: new Float32Array(rows * after) }),
  };
  const shift = zeroPoints ? 0 : 120; // from 8 to 128, which stand for 0 where nothing else is said
  for (let row = 0, index = 0; row < rows; row++) {
    for (let block = 0; block < after; block++, index++) {
      const large = Math.floor(block / cut);
      const at = row * before + large;
      wide.scales[index] = scales[at] as number;
      if (wide.offsets) wide.offsets[index] = offsets?.[at] as number;
      if (wide.zeroPoints) wide.zeroPoints[index] = zeroPoint(matrix, row, large, before);
      const from = (at * blockSize + (block % cut) * size) / 2;
      unpackNibbles(packed, from, wide.packed, index * size, (index + 1) * size, 1, shift);
    }
  }
  return { rows, columns, ...form, ...wide };
}

function zeroPoint({ bits, zeroPoints }: BlockMatrix, row: number, block: number, blocks: number): number {
  if (!zeroPoints) return bits === 4 ? 8 : 128;
  if (bits === 8) return zeroPoints[row * blocks + block] as number;
  const byte = zeroPoints[row * Math.ceil(blocks / 2) + (block >> 1)] as number;
  return block & 1 ? byte >> 4 : byte & 15;
}

type Unpack = (
  packed: Uint8Array,
  from: number,
  target: Float32Array | Uint8Array,
  to: number,
  end: number,
  scale: number,
  base: number,
) => void;

const unpackBytes: Unpack = (packed, from, target, to, end, scale, base) => {
  for (let i = to, j = from; i < end; i++, j++) target[i] = scale * (packed[j] as number) + base;
};

const unpackNibbles: Unpack = (packed, from, target, to, end, scale, base) => {
  const even = end - ((end - to) & 1);
  let j = from;
  for (let i = to; i < even; i += 2, j++) {
    const byte = packed[j] as number;
    target[i] = scale * (byte & 15) + base;
    target[i + 1] = scale * (byte >> 4) + base;
  }
  if (even < end) target[even] = scale * ((packed[j] as number) & 15) + base;
};
