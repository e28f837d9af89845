import type { DecoderConfig } from '../config.ts';
import type { Fields } from '../fields.ts';
import { rotaryNumber } from '../ropeScaling.ts';
import type { Family, Sizes } from './family.ts';
import { GGUF_HALVES, LLAMA_LAYOUT, LLAMA_TENSORS } from './layouts.ts';
import { layersThat, windowed } from './variations.ts';

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
    ...gemma.safetensors,
    tensors: {
      ...LLAMA_TENSORS,
      'attention.after': 'model.layers.{}.post_attention_layernorm',
      'feedForward.norm': 'model.layers.{}.pre_feedforward_layernorm',
      'feedForward.after': 'model.layers.{}.post_feedforward_layernorm',
    },
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

/**
 * Gemma 3 (Kamath et al. 2025), the part that reads text: norms of queries and keys instead of caps; five layers of six have a window and
 * a rotary base of their own.
 */
const gemma3: Family = {
  ...gemma2,
  name: 'Gemma 3',
  modelTypes: ['gemma3_text', 'gemma3'],
  architectures: ['gemma3'],
  omitted: {
    vocab_size: 262_208,
    num_attention_heads: 8,
    num_key_value_heads: 4,
    head_dim: 256,
    max_position_embeddings: 131_072,
    query_pre_attn_scalar: 256,
    sliding_window: 4096,
    bos_token_id: 2,
    eos_token_id: 1,
  },
  statesStretched: true,
  safetensors: {
    ...gemma2.safetensors,
    tensors: {
      ...gemma2.safetensors.tensors,
      'attention.queryNorm': 'model.layers.{}.self_attn.q_norm',
      'attention.keyNorm': 'model.layers.{}.self_attn.k_norm',
    },
  },
  vary(fields, sizes) {
    const base = fields.number('rope_local_base_freq', 10_000);
    const ofWindows = fields.inner('rope_parameters')?.inner('sliding_attention');
    return {
      attention: {
        ...windowed(isLocal)(fields, sizes).attention,
        scale: fields.number('query_pre_attn_scalar', sizes.headSize) ** -0.5,
      },
      multipliers: multipliers(sizes),
      rotary: {
        base: rotaryNumber(fields, 'rope_theta', 1e6),
        local: {
          base: ofWindows?.number('rope_theta', base) ?? base,
          layers: layersThat(sizes.layers, (layer) => isLocal(layer, fields)),
        },
      },
    };
  },
};

function isLocal(layer: number, fields: Fields): boolean {
  const types = fields.get('layer_types');
  if (Array.isArray(types)) return types[layer] === 'sliding_attention';
  return (layer + 1) % fields.count(['sliding_window_pattern', '_sliding_window_pattern'], 6) !== 0;
}

/** @returns undefined where the model says that it has none */
function softcap(fields: Fields, name: string, usual: number): number | undefined {
  return fields.isNull(name) ? undefined : fields.number(name, usual);
}

export const GEMMAS: readonly Family[] = [gemma, gemma2, gemma3];
