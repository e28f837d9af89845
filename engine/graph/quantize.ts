import type { BlockMatrix } from '../model/weights.ts';

/** How a weight matrix is stored in the graph. One that is already in blocks keeps them if blocks are requested. */
export type WeightFormat =
  | { readonly kind: 'float32' }
  /** 8 bits with a scale for each row; what it is multiplied by is rounded to 8 bits, too, at each run. */
  | { readonly kind: 'int8' }
  | {
      readonly kind: 'blocks';
      /** Bits of one weight. */
      readonly bits: 4 | 8;
      /** Weights along the input dimension that share one scale. */
      readonly blockSize: 32 | 64 | 128;
    };

/**
 * Rounds to nearest, block by block, symmetric around zero.
 * At 4 bits the weight of largest magnitude takes the level −8, as in llama.cpp's Q4_0, so that all 16 levels are in use;
 * at 8 bits the scale is max|w| / 127, as in Q8_0. A last block that is not full is padded with zeros.
 * @param weights `[rows, columns]`
 */
export function quantize(weights: Float32Array, rows: number, bits: 4 | 8, blockSize: BlockMatrix['blockSize']): BlockMatrix {
  const columns = weights.length / rows;
  const blocks = Math.ceil(columns / blockSize);
  const zero = 1 << (bits - 1);
  const levels = new Uint8Array(rows * blocks * blockSize).fill(zero);
  const scales = new Float32Array(rows * blocks);
  for (let row = 0; row < rows; row++) {
    for (let block = 0; block < blocks; block++) {
      const start = row * columns + block * blockSize;
      const end = Math.min(start + blockSize, (row + 1) * columns);
      const extreme = largestMagnitude(weights, start, end);
      const scale = Math.fround(bits === 4 ? extreme / -8 : Math.abs(extreme) / 127);
      const inverse = scale === 0 ? 0 : 1 / scale;
      scales[row * blocks + block] = scale;
      const target = (row * blocks + block) * blockSize - start;
      for (let i = start; i < end; i++) {
        levels[target + i] = Math.min(2 * zero - 1, Math.max(0, Math.round((weights[i] as number) * inverse) + zero));
      }
    }
  }
  return { rows, columns, bits, blockSize, packed: bits === 4 ? packNibbles(levels) : levels, scales };
}

/**
 * Rounds rows to nearest, each by a scale of its own, symmetric around zero, and lays them down as columns: `DynamicQuantizeMatMul` takes
 * its matrix transposed.
 * @param weights `[rows, columns]`, some rows of the matrix, of which the first is row `first` of `target.levels`, `[columns, all rows]`
 */
export function quantizeRows(
  weights: Float32Array,
  columns: number,
  target: { readonly levels: Int8Array; readonly scales: Float32Array },
  first: number,
): void {
  const { levels, scales } = target;
  for (let start = 0, row = first; start < weights.length; start += columns, row++) {
    const scale = Math.fround(Math.abs(largestMagnitude(weights, start, start + columns)) / 127);
    const inverse = scale === 0 ? 0 : 1 / scale;
    scales[row] = scale;
    for (let i = 0; i < columns; i++) levels[i * scales.length + row] = Math.round((weights[start + i] as number) * inverse);
  }
}

/** The value of largest magnitude in `weights[start, end)`, with its sign. */
function largestMagnitude(weights: Float32Array, start: number, end: number): number {
  let extreme = 0;
  for (let i = start; i < end; i++) {
    const value = weights[i] as number;
    if (Math.abs(value) > Math.abs(extreme)) extreme = value;
  }
  return extreme;
}

function packNibbles(levels: Uint8Array): Uint8Array {
  const packed = new Uint8Array(levels.length / 2);
  for (let i = 0; i < packed.length; i++) {
    packed[i] = (levels[2 * i] as number) | ((levels[2 * i + 1] as number) << 4);
  }
  return packed;
}
