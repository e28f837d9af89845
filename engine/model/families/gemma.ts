import type { DecoderConfig } from '../config.ts';
import type { Fields } from '../fields.ts';
import type { Family, Sizes } from './family.ts';
import { GGUF_HALVES, LLAMA_LAYOUT, LLAMA_TENSORS } from './layouts.ts';
import { windowed } from './variations.ts';

/** Gemma and CodeGemma (Mesnard et al. 2024; Zhao et al. 2024): GeGLU, embeddings scaled by the root of the hidden size. */
const gemma: Family = {
  name: 'Gemma',
  modelTypes: ['gemma'],
  architectures: ['gemma'],
  norm: 'rms',
  positions: 'rotary',
  activation: 'gelu-tanh',
  gated: true,
  tied: true,
  safetensors: { ...LLAMA_LAYOUT, normOffset: 1 },
  gguf: GGUF_HALVES,
  vary: (_fields, sizes) => ({ multipliers: multipliers(sizes) }),
};

function multipliers({ hiddenSize }: Sizes): DecoderConfig['multipliers'] {
  return { embedding: Math.sqrt(hiddenSize), residual: 1, logits: 1 };
}

/** Gemma 2 (Riviere et al. 2024): norms before and after, capped scores and logits, a window in every other layer. */
const gemma2: Family = {
  ...gemma,
  name: 'Gemma 2',
  modelTypes: ['gemma2'],
  architectures: ['gemma2'],
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
  vary(fields, sizes) {
    // Those of Transformers and llama.cpp, which is what a file without them means.
    const attentionCap = softcap(fields, 'attn_logit_softcapping', 50);
    const logitsSoftcap = softcap(fields, 'final_logit_softcapping', 30);
    const evenLayers = windowed((layer) => layer % 2 === 0)(fields, sizes);
    return {
      attention: {
        ...evenLayers.attention,
        scale: fields.number('query_pre_attn_scalar', sizes.headSize) ** -0.5,
        ...(attentionCap !== undefined && { softcap: attentionCap }),
      },
      multipliers: multipliers(sizes),
      ...(logitsSoftcap !== undefined && { logitsSoftcap }),
    };
  },
};

/** @returns undefined where the model says that it has none */
function softcap(fields: Fields, name: string, usual: number): number | undefined {
  return fields.isNull(name) ? undefined : fields.number(name, usual);
}

export const GEMMAS: readonly Family[] = [gemma, gemma2];
