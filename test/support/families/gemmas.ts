import { commonConfig, type Family, GGUF, LLAMA_NAMES, TOKENS } from './family.ts';
import type { Spelling } from './spelling.ts';
import { rotary, type Structure, structure } from './structure.ts';

const GEMMA = structure({
  activation: 'gelu-tanh',
  headSize: 32,
  positions: rotary(32),
  multipliers: { embedding: 8, residual: 1, logits: 1 },
  epsilon: 1e-6,
  tied: true,
});

/** Gemma's checkpoints store a norm's factor minus 1. */
const GEMMA_SPELLING: Spelling = {
  names: LLAMA_NAMES,
  store: (part, tensor) => (/[nN]orm$/.test(part) ? { ...tensor, data: tensor.data.map((gain) => gain - 1) } : tensor),
};

/** Gemma 2 and 3, which have norms after each half of a layer, too. */
function withPostNorms(name: string, model: string, architecture: string, shape: Structure, config: object): Family {
  return {
    name,
    structure: shape,
    config: {
      ...commonConfig(model, architecture, shape),
      head_dim: shape.headSize,
      hidden_activation: 'gelu_pytorch_tanh',
      sliding_window: shape.window?.size,
      attention_bias: false,
      ...config,
    },
    huggingFace: {
      ...GEMMA_SPELLING,
      names: {
        ...LLAMA_NAMES,
        attentionPostNorm: 'model.layers.{layer}.post_attention_layernorm',
        feedForwardNorm: 'model.layers.{layer}.pre_feedforward_layernorm',
        feedForwardPostNorm: 'model.layers.{layer}.post_feedforward_layernorm',
      },
    },
  };
}

/** Soft caps small enough to have an effect. */
const CAPS = { attention: 3.5, logits: 4.5 };

function gemma2(name: string, differences: Partial<Structure>, queryScalar: number): Family {
  const shape: Structure = {
    ...GEMMA,
    layers: 3,
    postNorms: true,
    window: { size: 24, layers: [0, 2] },
    attentionSoftcap: CAPS.attention,
    logitSoftcap: CAPS.logits,
    ...differences,
  };
  return withPostNorms(name, 'gemma2', 'Gemma2ForCausalLM', shape, {
    hidden_act: 'gelu_pytorch_tanh',
    query_pre_attn_scalar: queryScalar,
    attn_logit_softcapping: CAPS.attention,
    final_logit_softcapping: CAPS.logits,
  });
}

/** Local layers have a window, and a rotary base that is not scaled. */
function gemma3(name: string, differences: Partial<Structure>, local: readonly number[], config: object): Family {
  const headSize = differences.headSize ?? GEMMA.headSize;
  const scaling = { type: 'linear', factor: 8 } as const;
  const positions = rotary(headSize, { base: 1e6, scaling, local: { base: 10_000, layers: local } });
  const window = { size: 24, layers: local };
  const shape: Structure = { ...GEMMA, postNorms: true, queryKeyNorms: true, window, positions, ...differences };
  const scaled = { query_pre_attn_scalar: shape.headSize, ...config };
  return withPostNorms(name, 'gemma3_text', 'Gemma3ForCausalLM', shape, scaled);
}

/** Fields that the larger models leave out, because Transformers has values for them. */
const OMITTED = [
  'num_attention_heads',
  'num_key_value_heads',
  'query_pre_attn_scalar',
  'hidden_activation',
  'hidden_act',
  'rope_theta',
];

/** As models that also see are laid out: what is about text is a part of their fields, and of the names of their tensors. */
function seeing({ config, huggingFace, ...family }: Family, nameInWhole: (name: string) => string): Family {
  const text = Object.entries(config).filter(
    ([name]) => !OMITTED.includes(name) && !(name in TOKENS) && name !== 'architectures',
  );
  const names = Object.entries(huggingFace.names).map(([part, name]) => [part, nameInWhole(name)]);
  return {
    ...family,
    config: {
      architectures: ['Gemma3ForConditionalGeneration'],
      model_type: 'gemma3',
      text_config: Object.fromEntries(text),
      vision_config: {
        model_type: 'siglip_vision_model',
        hidden_size: 16,
        intermediate_size: 16,
        num_attention_heads: 1,
        num_hidden_layers: 1,
        image_size: 14,
        patch_size: 14,
      },
      mm_tokens_per_image: 1,
      ...TOKENS,
    },
    huggingFace: { ...huggingFace, names: Object.fromEntries(names) },
  };
}

/** Of the sizes that are left out. */
const LARGE = { heads: 8, kvHeads: 4, attentionScale: 256 ** -0.5 };

export const GEMMAS: readonly Family[] = [
  {
    name: 'Gemma',
    structure: GEMMA,
    config: {
      ...commonConfig('gemma', 'GemmaForCausalLM', GEMMA),
      head_dim: GEMMA.headSize,
      // Older files say "gelu" and mean the approximation.
      hidden_act: 'gelu',
      hidden_activation: null,
      tie_word_embeddings: undefined,
    },
    huggingFace: GEMMA_SPELLING,
    gguf: { architecture: 'gemma', spelling: GGUF },
  },
  {
    ...gemma2('Gemma 2', {}, 32),
    gguf: {
      architecture: 'gemma2',
      spelling: GGUF,
      metadata: {
        'attention.sliding_window': 24,
        attn_logit_softcapping: { float: CAPS.attention },
        final_logit_softcapping: { float: CAPS.logits },
      },
    },
  },
  gemma2('Gemma 2 (scale of its own)', { attentionScale: 20 ** -0.5, layers: 2, window: { size: 24, layers: [0] } }, 20),
  {
    ...gemma3('Gemma 3', { layers: 6 }, [0, 1, 2, 3, 4], {
      rope_local_base_freq: 10_000,
      rope_scaling: { rope_type: 'linear', factor: 8 },
    }),
    gguf: {
      architecture: 'gemma3',
      spelling: GGUF,
      metadata: {
        'attention.sliding_window': 24,
        'rope.scaling.type': 'linear',
        'rope.scaling.factor': { float: 8 },
      },
    },
  },
  gemma3('Gemma 3 (as transformers 5 writes it, untied)', { layers: 3, tied: false }, [0, 2], {
    rope_theta: undefined,
    layer_types: ['sliding_attention', 'full_attention', 'sliding_attention'],
    rope_parameters: {
      full_attention: { rope_type: 'linear', factor: 8, rope_theta: 1e6 },
      sliding_attention: { rope_type: 'default', rope_theta: 10_000 },
    },
  }),
  seeing(
    gemma3('Gemma 3 (that also sees)', { ...LARGE, headSize: 16, layers: 2 }, [0], {
      sliding_window_pattern: 2,
      rope_scaling: { rope_type: 'linear', factor: 8 },
    }),
    (name) => `language_model.${name}`,
  ),
  seeing(
    gemma3('Gemma 3 (that also sees, as transformers 5 writes it)', { ...LARGE, headSize: 16, layers: 2 }, [0], {
      layer_types: ['sliding_attention', 'full_attention'],
      rope_parameters: {
        full_attention: { rope_type: 'linear', factor: 8, rope_theta: 1e6 },
        sliding_attention: { rope_type: 'default', rope_theta: 10_000 },
      },
    }),
    (name) => name.replace(/^model\./, 'model.language_model.'),
  ),
];
