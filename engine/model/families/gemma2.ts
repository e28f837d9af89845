import type { Family } from './family.ts';
import { GGUF_HALVES, LLAMA_TENSORS } from './layouts.ts';
import { windowed } from './variations.ts';

/** Gemma 2 (Riviere et al. 2024): norms before and after, capped scores and logits, a window in every other layer. */
export const gemma2: Family = {
  name: 'Gemma 2',
  modelTypes: ['gemma2'],
  architectures: ['gemma2'],
  norm: 'rms',
  positions: 'rotary',
  activation: 'gelu-tanh',
  gated: true,
  tied: true,
  safetensors: {
    tensors: {
      ...LLAMA_TENSORS,
      'attention.after': 'model.layers.{}.post_attention_layernorm',
      'feedForward.norm': 'model.layers.{}.pre_feedforward_layernorm',
      'feedForward.after': 'model.layers.{}.post_feedforward_layernorm',
    },
    rotaryPairs: 'halves',
    normOffset: 1,
  },
  gguf: GGUF_HALVES,
  vary(fields, sizes) {
    const evenLayers = windowed((layer) => layer % 2 === 0)(fields, sizes);
    return {
      attention: {
        ...evenLayers.attention,
        scale: fields.number('query_pre_attn_scalar', sizes.headSize) ** -0.5,
        ...(fields.get('attn_logit_softcapping') !== undefined && { softcap: fields.number('attn_logit_softcapping') }),
      },
      multipliers: { embedding: Math.sqrt(sizes.hiddenSize), residual: 1, logits: 1 },
      ...(fields.get('final_logit_softcapping') !== undefined && { logitsSoftcap: fields.number('final_logit_softcapping') }),
    };
  },
};
