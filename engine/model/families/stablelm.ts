import { rotaryNumber } from '../ropeScaling.ts';
import type { Family } from './family.ts';
import { GGUF_HALVES, LLAMA_LAYOUT } from './layouts.ts';
import { SWIGLU } from './llama.ts';

/** StableLM 2 and Stable Code (Bellagamba et al. 2024; Pinnaparaju et al. 2024): Llama with layer norms, which turns a part of each head. */
export const stablelm: Family = {
  name: 'StableLM',
  modelTypes: ['stablelm'],
  architectures: ['stablelm'],
  ...SWIGLU,
  norm: 'layer',
  safetensors: LLAMA_LAYOUT,
  gguf: GGUF_HALVES,
  vary: (fields) => ({ rotary: { share: rotaryNumber(fields, 'partial_rotary_factor', 0.25) } }),
};
