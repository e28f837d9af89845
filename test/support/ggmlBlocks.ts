import type { Random } from './random.ts';
import { toHalf } from './safetensors.ts';

/** The layout of ggml's block types (https://github.com/ggml-org/ggml/blob/master/src/ggml-common.h), as far as random blocks need it. */
interface GgmlLayout {
  /** The type's number in a GGUF file. */
  readonly type: number;
  /** Weights and bytes of a block. */
  readonly weights: number;
  readonly bytes: number;
  /** Offsets of the block's float16 numbers; every other byte may have any value. */
  readonly halves: readonly number[];
  /** Standard deviation of the float16 numbers that gives weights of about 1. */
  readonly deviation: number;
}

/** Floating point: single weights. */
export const FLOAT_LAYOUTS: Readonly<Record<string, Pick<GgmlLayout, 'type' | 'weights' | 'bytes'>>> = {
  F32: { type: 0, weights: 1, bytes: 4 },
  F16: { type: 1, weights: 1, bytes: 2 },
  BF16: { type: 30, weights: 1, bytes: 2 },
};

export const GGML_LAYOUTS: Readonly<Record<string, GgmlLayout>> = {
  Q4_0: { type: 2, weights: 32, bytes: 18, halves: [0], deviation: 0.2 },
  Q4_1: { type: 3, weights: 32, bytes: 20, halves: [0, 2], deviation: 0.2 },
  Q5_0: { type: 6, weights: 32, bytes: 22, halves: [0], deviation: 0.1 },
  Q5_1: { type: 7, weights: 32, bytes: 24, halves: [0, 2], deviation: 0.1 },
  Q8_0: { type: 8, weights: 32, bytes: 34, halves: [0], deviation: 0.01 },
  Q2_K: { type: 10, weights: 256, bytes: 84, halves: [80, 82], deviation: 0.05 },
  Q3_K: { type: 11, weights: 256, bytes: 110, halves: [108], deviation: 0.02 },
  Q4_K: { type: 12, weights: 256, bytes: 144, halves: [0, 2], deviation: 0.003 },
  Q5_K: { type: 13, weights: 256, bytes: 176, halves: [0, 2], deviation: 0.002 },
  Q6_K: { type: 14, weights: 256, bytes: 210, halves: [208], deviation: 0.0005 },
  IQ4_NL: { type: 20, weights: 32, bytes: 18, halves: [0], deviation: 0.02 },
  IQ4_XS: { type: 23, weights: 256, bytes: 136, halves: [0], deviation: 0.001 },
  MXFP4: { type: 39, weights: 32, bytes: 17, halves: [], deviation: 1 },
};

/** `count` blocks of random bits with plausible scales: of both signs, one in eight zero, one in eight subnormal. */
export function randomBlocks(name: string, count: number, random: Random): Uint8Array {
  const layout = GGML_LAYOUTS[name];
  if (!layout) throw new Error(`No layout of ${name}.`);
  const bytes = Uint8Array.from({ length: count * layout.bytes }, () => random.below(256));
  const view = new DataView(bytes.buffer);
  for (let block = 0; block < bytes.length; block += layout.bytes) {
    for (const half of layout.halves) view.setUint16(block + half, toHalf(scale(layout.deviation, random)), true);
    // The exponent's bias is 127; one block in eight is beyond float32's normal range.
    if (name === 'MXFP4') bytes[block] = random.below(8) === 0 ? random.below(3) : 124 + random.below(5);
  }
  return bytes;
}

function scale(deviation: number, random: Random): number {
  const kind = random.below(8);
  if (kind === 0) return 0;
  return random.normal() * (kind === 1 ? 2 ** -18 : deviation);
}
