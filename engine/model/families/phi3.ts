import { rotaryNumber } from '../ropeScaling.ts';
import type { Family } from './family.ts';
import { fusedAttention, fusedFeedForward, GGUF_FUSED_TENSORS, LLAMA_TENSORS } from './layouts.ts';
import { SWIGLU } from './llama.ts';
import { everyLayer, windowed } from './variations.ts';

/** Phi-3 and Phi-3.5 (Abdin et al. 2024): Llama with fused projections, a window and LongRoPE. */
export const phi3: Family = {
  name: 'Phi-3',
  modelTypes: ['phi3'],
  architectures: ['phi3'],
  ...SWIGLU,
  safetensors: {
    tensors: fusedFeedForward(
      fusedAttention(LLAMA_TENSORS, 'model.layers.{}.self_attn.qkv_proj'),
      'model.layers.{}.mlp.gate_up_proj',
    ),
    rotaryPairs: 'halves',
  },
  gguf: { tensors: GGUF_FUSED_TENSORS, rotaryPairs: 'halves' },
  vary: (fields, sizes) => ({
    ...windowed(everyLayer)(fields, sizes),
    rotary: { share: rotaryNumber(fields, 'partial_rotary_factor', 1) },
  }),
};
