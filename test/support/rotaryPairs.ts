import type { FloatTensor } from './llama.ts';

/** Reorders the rows of each head: rotary pairs half a head apart, as in Hugging Face's checkpoints, become neighbours, as in GGUF. */
export function neighbouringPairs({ shape, data }: FloatTensor, headSize: number): FloatTensor {
  const columns = shape[1] ?? 1;
  const out = new Float32Array(data.length);
  for (let row = 0; row < data.length / columns; row++) {
    out.set(data.subarray(row * columns, (row + 1) * columns), neighbourOf(row, headSize) * columns);
  }
  return { shape, data: out };
}

/** The inverse. */
export function halvesApart({ shape, data }: FloatTensor, headSize: number): FloatTensor {
  const columns = shape[1] ?? 1;
  const out = new Float32Array(data.length);
  for (let row = 0; row < data.length / columns; row++) {
    const from = neighbourOf(row, headSize) * columns;
    out.set(data.subarray(from, from + columns), row * columns);
  }
  return { shape, data: out };
}

/** Row i of a head's lower half becomes row 2i, row i of the upper half row 2i + 1. */
function neighbourOf(row: number, headSize: number): number {
  const half = headSize / 2;
  const inHead = row % headSize;
  return row - inHead + (inHead < half ? 2 * inHead : 2 * (inHead - half) + 1);
}
