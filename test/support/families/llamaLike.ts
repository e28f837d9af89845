import type { FloatTensor } from '../llama.ts';
import { commonConfig, type Family, GGUF, GGUF_NEIGHBOURS, type GgufFamily, LLAMA_NAMES, LLAMA_SPELLING } from './family.ts';
import { rotary, type Scaling, type Structure, structure } from './structure.ts';

/** A family that computes what Llama does under another name, or with other sizes. */
function llama(name: string, differences: Partial<Structure>, config: object = {}, gguf: Partial<GgufFamily> = {}): Family {
  const shape = structure(differences);
  return {
    name,
    structure: shape,
    config: { ...commonConfig('llama', 'LlamaForCausalLM', shape), ...config },
    huggingFace: LLAMA_SPELLING,
    gguf: { architecture: 'llama', spelling: GGUF_NEIGHBOURS, ...gguf },
  };
}

const LLAMA3: Extract<Scaling, { type: 'llama3' }> = { type: 'llama3', factor: 8, original: 64, low: 1, high: 4 };
const LLAMA3_ROPE = {
  rope_type: 'llama3',
  factor: LLAMA3.factor,
  low_freq_factor: LLAMA3.low,
  high_freq_factor: LLAMA3.high,
  original_max_position_embeddings: LLAMA3.original,
};

/** `rope_freqs.weight` as llama.cpp's converter computes it: a divisor for each frequency, by its wavelength. */
function llama3Divisors(base: number, size: number, { factor, low, high, original }: typeof LLAMA3): FloatTensor {
  const divisors = Array.from({ length: size / 2 }, (_, i) => {
    const wavelength = 2 * Math.PI * base ** ((2 * i) / size);
    if (wavelength < original / high) return 1;
    if (wavelength > original / low) return factor;
    const smooth = (original / wavelength - low) / (high - low);
    return 1 / ((1 - smooth) / factor + smooth);
  });
  return { shape: [divisors.length], data: Float32Array.from(divisors) };
}

const LLAMA3_GGUF = { extras: new Map([['rope_freqs.weight', llama3Divisors(10_000, 16, LLAMA3)]]) };

const WINDOW = { size: 24, layers: [0, 1] };

const MIXTRAL = structure({ experts: { count: 4, used: 2 }, positions: rotary(16, { base: 1e6 }) });
const QWEN2 = structure({ biases: { queryKeyValue: true, output: false, feedForward: false }, tied: true, epsilon: 1e-6 });
const QWEN3 = structure({ headSize: 32, queryKeyNorms: true, epsilon: 1e-6, positions: rotary(32, { base: 1e6 }) });
const SMOLLM3 = structure({ layers: 4, layersWithoutRotation: [3], tied: true, positions: rotary(16, { base: 5e6 }) });
const GRANITE = structure({
  tied: true,
  attentionScale: 0.5,
  multipliers: { embedding: 2.5, residual: 0.6, logits: 1 / 1.5 },
});

export const LLAMA_LIKE: readonly Family[] = [
  llama('LLaMA (every head its own keys)', { kvHeads: 4 }),
  llama('LLaMA 2 (grouped queries)', {}),
  llama('LLaMA 2 (one key for four queries)', { kvHeads: 1 }),
  llama('Code Llama (base 1e6)', { positions: rotary(16, { base: 1e6 }) }),
  llama('LLaMA 2 Long (base 5e5)', { positions: rotary(16, { base: 5e5 }) }),
  llama('Llama 3.x', { positions: rotary(16, { scaling: LLAMA3 }) }, { rope_scaling: LLAMA3_ROPE }, LLAMA3_GGUF),
  llama(
    'Llama 3.x (as transformers 5 writes it)',
    { positions: rotary(16, { scaling: LLAMA3 }), headSize: 16 },
    { rope_theta: undefined, rope_parameters: { ...LLAMA3_ROPE, rope_theta: 10_000 }, head_dim: 16, dtype: 'float32' },
    LLAMA3_GGUF,
  ),
  llama('SmolLM2', { heads: 3, kvHeads: 1, hidden: 48, tied: true, positions: rotary(16, { base: 1e5 }) }),
  // llama.cpp's converter does not write the window, and its `llama` architecture would ignore it.
  llama(
    'Mistral (window)',
    { window: WINDOW },
    { model_type: 'mistral', architectures: ['MistralForCausalLM'], sliding_window: WINDOW.size },
    { says: { window: undefined } },
  ),
  {
    name: 'Mixtral',
    structure: MIXTRAL,
    config: {
      ...commonConfig('mixtral', 'MixtralForCausalLM', MIXTRAL),
      num_local_experts: 4,
      num_experts_per_tok: 2,
      sliding_window: null,
      router_aux_loss_coef: 0.02,
    },
    huggingFace: {
      names: {
        ...LLAMA_NAMES,
        router: 'model.layers.{layer}.block_sparse_moe.gate',
        'experts.gate': 'model.layers.{layer}.block_sparse_moe.experts.{expert}.w1',
        'experts.down': 'model.layers.{layer}.block_sparse_moe.experts.{expert}.w2',
        'experts.up': 'model.layers.{layer}.block_sparse_moe.experts.{expert}.w3',
      },
    },
    gguf: { architecture: 'llama', spelling: GGUF_NEIGHBOURS },
  },
  {
    name: 'Qwen2',
    structure: QWEN2,
    config: {
      ...commonConfig('qwen2', 'Qwen2ForCausalLM', QWEN2),
      use_sliding_window: false,
      sliding_window: 24,
      max_window_layers: 2,
    },
    huggingFace: LLAMA_SPELLING,
    gguf: { architecture: 'qwen2', spelling: GGUF },
  },
  {
    name: 'Qwen3',
    structure: QWEN3,
    config: {
      ...commonConfig('qwen3', 'Qwen3ForCausalLM', QWEN3),
      head_dim: 32,
      attention_bias: false,
      use_sliding_window: false,
      sliding_window: null,
      max_window_layers: 2,
    },
    huggingFace: LLAMA_SPELLING,
    gguf: { architecture: 'qwen3', spelling: GGUF },
  },
  {
    name: 'SmolLM3',
    structure: SMOLLM3,
    config: {
      ...commonConfig('smollm3', 'SmolLM3ForCausalLM', SMOLLM3),
      no_rope_layers: [1, 1, 1, 0],
      no_rope_layer_interval: 4,
      layer_types: Array.from({ length: 4 }, () => 'full_attention'),
      use_sliding_window: false,
      sliding_window: null,
      attention_bias: false,
      mlp_bias: false,
    },
    huggingFace: LLAMA_SPELLING,
    gguf: { architecture: 'smollm3', spelling: GGUF_NEIGHBOURS },
  },
  {
    name: 'Granite',
    structure: GRANITE,
    config: {
      ...commonConfig('granite', 'GraniteForCausalLM', GRANITE),
      embedding_multiplier: 2.5,
      attention_multiplier: 0.5,
      residual_multiplier: 0.6,
      logits_scaling: 1.5,
      attention_bias: false,
      mlp_bias: false,
    },
    huggingFace: LLAMA_SPELLING,
    gguf: {
      architecture: 'granite',
      spelling: GGUF_NEIGHBOURS,
      metadata: {
        'attention.scale': { float: 0.5 },
        embedding_scale: { float: 2.5 },
        residual_scale: { float: 0.6 },
        logit_scale: { float: 1.5 },
      },
    },
  },
];
