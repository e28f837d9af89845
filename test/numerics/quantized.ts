import type { Llama } from '../support/llama.ts';

/** Block formats of a matrix: bits per weight, and weights that share a scale. */
export interface Blocks {
  readonly bits: 4 | 8;
  readonly blockSize: number;
}

/** The engine's formats for completions. */
export const SHIPPED_FORMATS = {
  linear: { bits: 4, blockSize: 128 },
  head: { bits: 8, blockSize: 128 },
  embedding: { bits: 8, blockSize: 32 },
} as const;

/** The block formats of WebGPU. */
export const GPU_FORMATS = {
  linear: { bits: 4, blockSize: 32 },
  head: { bits: 8, blockSize: 32 },
  embedding: { bits: 8, blockSize: 32 },
} as const;

/**
 * The model with matrices rounded to blocks, as float32, which a 4-bit engine must reproduce. Written from the definition (4 bits: the
 * weight of largest magnitude is level −8 of −8…7; 8 bits: ±127), not from the engine's code.
 */
export function roundedToBlocks(model: Llama, formats: { linear: Blocks; head: Blocks; embedding: Blocks }): Llama {
  const tensors = new Map(model.tensors);
  // A tied table is rounded once as embedding and once as head, which gives two different tables.
  const table = tensors.get('model.embed_tokens.weight');
  if (model.shape.tied && table) tensors.set('lm_head.weight', table);
  for (const [name, { shape, data }] of tensors) {
    if (shape.length !== 2) continue;
    const role = name.includes('embed_tokens') ? 'embedding' : name.startsWith('lm_head') ? 'head' : 'linear';
    tensors.set(name, { shape, data: roundMatrix(data, shape[1] as number, formats[role]) });
  }
  return { shape: { ...model.shape, tied: false }, tensors };
}

/** A matrix `[rows, columns]`, row-major, after rounding to blocks. */
export function roundMatrix(data: Float32Array, columns: number, { bits, blockSize }: Blocks): Float32Array {
  const out = new Float32Array(data.length);
  for (let row = 0; row < data.length; row += columns) {
    for (let start = row; start < row + columns; start += blockSize) {
      const block = data.subarray(start, Math.min(start + blockSize, row + columns));
      const extreme = block.reduce((most, w) => (Math.abs(w) > Math.abs(most) ? w : most), 0);
      const scale = Math.fround(bits === 4 ? -extreme / 8 : Math.abs(extreme) / 127);
      const highest = bits === 4 ? 7 : 127;
      for (const [i, w] of block.entries()) {
        out[start + i] = scale === 0 ? 0 : scale * Math.min(highest, Math.floor(w * (1 / scale) + 0.5));
      }
    }
  }
  return out;
}
