import type { Family } from './family.ts';
import { GGUF_HALVES, LLAMA_TENSORS } from './layouts.ts';
import { everyLayer, windowed } from './variations.ts';

const { 'feedForward.gate': _gate, ...ungated } = LLAMA_TENSORS;

/** StarCoder2 (Lozhkov et al. 2024): layer norms, biases everywhere, an ungated feed-forward, a window. */
export const starcoder2: Family = {
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
