import {
  commonConfig,
  type Family,
  GATE_UP,
  GGUF,
  GGUF_FUSED,
  GGUF_FUSED_GATE_UP,
  type GgufFamily,
  LLAMA_NAMES,
  LLAMA_SPELLING,
  QUERY_KEY_VALUE,
  TOKENS,
} from './family.ts';
import type { Spelling } from './spelling.ts';
import { rotary, type Scaling, type Structure, structure } from './structure.ts';

const WINDOW = { size: 24, layers: [0, 1] };
const ALL_BIASES = { queryKeyValue: true, output: true, feedForward: true };

const STARCODER2 = structure({
  norm: 'layer',
  biases: ALL_BIASES,
  activation: 'gelu-tanh',
  gated: false,
  window: WINDOW,
  tied: true,
  positions: rotary(16, { base: 1e5 }),
});

/** Phi's checkpoints, which fuse matrices with the same input. */
const PHI_SPELLING: Spelling = { ...LLAMA_SPELLING, fused: { queryKeyValue: QUERY_KEY_VALUE, gateUp: GATE_UP } };

/** LongRoPE's factors, one for each rotated pair. */
type LongRope = Pick<Extract<Scaling, { type: 'longrope' }>, 'short' | 'long'>;

/** Phi-3 and its successors, stretched with LongRoPE from 64 tokens of context to 256. */
export function phi3(
  name: string,
  { short, long }: LongRope,
  differences: Partial<Structure>,
  config: object = {},
  gguf: Partial<GgufFamily> = {},
): Family {
  const [original, stretched] = [64, 256];
  const scaling: Scaling = { type: 'longrope', short, long, original, stretched };
  const shape = structure({ positions: rotary(2 * short.length, { scaling }), ...differences });
  const factors = (data: readonly number[]) => ({ shape: [data.length], data: Float32Array.from(data) });
  return {
    name,
    structure: shape,
    config: {
      ...commonConfig('phi3', 'Phi3ForCausalLM', shape),
      sliding_window: shape.window?.size ?? null,
      original_max_position_embeddings: original,
      rope_scaling: { type: 'longrope', short_factor: short, long_factor: long },
      ...config,
    },
    huggingFace: PHI_SPELLING,
    gguf: {
      architecture: 'phi3',
      spelling: GGUF_FUSED,
      metadata: {
        // llama.cpp's converter writes 0 for no window.
        'attention.sliding_window': shape.window?.size ?? 0,
        'rope.scaling.original_context_length': original,
        'rope.scaling.attn_factor': { float: Math.sqrt(1 + Math.log(stretched / original) / Math.log(original)) },
      },
      extras: new Map([
        ['rope_factors_long.weight', factors(long)],
        ['rope_factors_short.weight', factors(short)],
      ]),
      ...gguf,
    },
  };
}

const STABLELM = structure({
  norm: 'layer',
  biases: { queryKeyValue: true, output: false, feedForward: false },
  positions: rotary(4),
});

const GLM = structure({
  biases: { queryKeyValue: true, output: false, feedForward: false },
  positions: rotary(8, { interleaved: true }),
});
const GLM4: Structure = { ...GLM, postNorms: true };
const GLM_SPELLING = { ...LLAMA_SPELLING, fused: { gateUp: GATE_UP } };
const GLM_FIELDS = { head_dim: 16, partial_rotary_factor: 0.5, attention_bias: true };
const CHATGLM: Structure = { ...GLM, positions: rotary(8, { interleaved: true, base: 500_000 }) };

export const OTHERS: readonly Family[] = [
  {
    name: 'StableLM (a quarter of a head turns)',
    structure: STABLELM,
    config: {
      ...commonConfig('stablelm', 'StableLmForCausalLM', STABLELM),
      rms_norm_eps: undefined,
      layer_norm_eps: STABLELM.epsilon,
      partial_rotary_factor: 0.25,
      use_qkv_bias: true,
      use_parallel_residual: false,
      qk_layernorm: false,
    },
    huggingFace: LLAMA_SPELLING,
    gguf: { architecture: 'stablelm', spelling: GGUF, metadata: { use_parallel_residual: false } },
  },
  {
    name: 'StarCoder2 (window)',
    structure: STARCODER2,
    config: {
      ...commonConfig('starcoder2', 'Starcoder2ForCausalLM', STARCODER2),
      rms_norm_eps: undefined,
      norm_epsilon: STARCODER2.epsilon,
      hidden_act: 'gelu_pytorch_tanh',
      use_bias: true,
      sliding_window: 24,
    },
    huggingFace: {
      names: { ...LLAMA_NAMES, up: 'model.layers.{layer}.mlp.c_fc', down: 'model.layers.{layer}.mlp.c_proj' },
    },
    // llama.cpp's converter does not write the window.
    gguf: { architecture: 'starcoder2', spelling: GGUF, says: { window: undefined } },
  },
  phi3(
    'Phi-3 (window, LongRoPE)',
    { short: [1, 1.05, 1.1, 1.2, 1.4, 1.7, 2, 2.5], long: [1.1, 1.4, 2, 3, 5, 9, 16, 30] },
    { window: WINDOW },
    {},
    // It reads the window and ignores it: https://github.com/ggml-org/llama.cpp/pull/13676
    { llamaCpp: { window: undefined } },
  ),
  {
    name: 'GLM',
    structure: GLM,
    config: { ...commonConfig('glm', 'GlmForCausalLM', GLM), ...GLM_FIELDS },
    huggingFace: GLM_SPELLING,
    gguf: { architecture: 'chatglm', spelling: GGUF_FUSED_GATE_UP },
  },
  {
    name: 'GLM-4',
    structure: GLM4,
    config: { ...commonConfig('glm4', 'Glm4ForCausalLM', GLM4), ...GLM_FIELDS },
    huggingFace: {
      ...GLM_SPELLING,
      names: {
        ...LLAMA_NAMES,
        attentionPostNorm: 'model.layers.{layer}.post_self_attn_layernorm',
        feedForwardPostNorm: 'model.layers.{layer}.post_mlp_layernorm',
      },
    },
    gguf: { architecture: 'glm4', spelling: GGUF_FUSED_GATE_UP },
  },
  {
    name: 'ChatGLM',
    structure: CHATGLM,
    config: {
      architectures: ['ChatGLMModel'],
      model_type: 'chatglm',
      add_bias_linear: false,
      add_qkv_bias: true,
      apply_query_key_layer_scaling: true,
      apply_residual_connection_post_layernorm: false,
      attention_softmax_in_fp32: true,
      ffn_hidden_size: CHATGLM.feedForward,
      hidden_size: CHATGLM.hidden,
      kv_channels: CHATGLM.headSize,
      layernorm_epsilon: CHATGLM.epsilon,
      multi_query_attention: true,
      multi_query_group_num: CHATGLM.kvHeads,
      num_attention_heads: CHATGLM.heads,
      num_layers: CHATGLM.layers,
      original_rope: true,
      padded_vocab_size: CHATGLM.vocabulary,
      post_layer_norm: true,
      rmsnorm: true,
      rope_ratio: 50,
      seq_length: CHATGLM.context,
      tie_word_embeddings: false,
      ...TOKENS,
    },
    huggingFace: {
      names: {
        embedding: 'transformer.embedding.word_embeddings',
        finalNorm: 'transformer.encoder.final_layernorm',
        head: 'transformer.output_layer',
        attentionNorm: 'transformer.encoder.layers.{layer}.input_layernorm',
        queryKeyValue: 'transformer.encoder.layers.{layer}.self_attention.query_key_value',
        output: 'transformer.encoder.layers.{layer}.self_attention.dense',
        feedForwardNorm: 'transformer.encoder.layers.{layer}.post_attention_layernorm',
        gateUp: 'transformer.encoder.layers.{layer}.mlp.dense_h_to_4h',
        down: 'transformer.encoder.layers.{layer}.mlp.dense_4h_to_h',
      },
      fused: { queryKeyValue: QUERY_KEY_VALUE, gateUp: GATE_UP },
    },
    gguf: { architecture: 'chatglm', spelling: GGUF_FUSED },
  },
];
