import type { Family } from './family.ts';
import { GGUF_HALVES, LLAMA_TENSORS } from './layouts.ts';
import { gpt2 } from './older.ts';
import { everyLayer, windowed } from './variations.ts';

/** StarCoder and SantaCoder (Li et al. 2023; Ben Allal et al. 2023): GPT-2 whose queries share one key and value. */
const starcoder: Family = {
  ...gpt2,
  name: 'StarCoder',
  modelTypes: ['gpt_bigcode'],
  architectures: ['starcoder'],
  kvHeads: 1,
  safetensors: { ...gpt2.safetensors, transposed: [] },
};

const { 'feedForward.gate': _gate, ...ungated } = LLAMA_TENSORS;

/** StarCoder2 (Lozhkov et al. 2024): layer norms, biases everywhere, an ungated feed-forward, a window. */
const starcoder2: Family = {
  name: 'StarCoder2',
  modelTypes: ['starcoder2'],
  architectures: ['starcoder2'],
  norm: 'layer',
  positions: 'rotary',
  activation: 'gelu-tanh',
  gated: false,
  tied: true,
  safetensors: {
    tensors: {
      ...ungated,
      'feedForward.up': 'model.layers.{}.mlp.c_fc',
      'feedForward.down': 'model.layers.{}.mlp.c_proj',
    },
    rotaryPairs: 'halves',
  },
  gguf: GGUF_HALVES,
  vary: windowed(everyLayer),
};

export const STARCODERS: readonly Family[] = [starcoder, starcoder2];
