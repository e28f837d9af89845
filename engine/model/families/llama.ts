import { type Fields, MOST_EXPERTS, MOST_LAYERS } from '../fields.ts';
import type { Family, Sizes, Variation } from './family.ts';
import { GGUF_HALVES, GGUF_NEIGHBOURS, LLAMA_LAYOUT, LLAMA_TENSORS } from './layouts.ts';
import { everyLayer, layersThat, windowed } from './variations.ts';

/** What all families share that follow Llama in everything but their tensors' names. */
export const SWIGLU = { norm: 'rms', positions: 'rotary', activation: 'silu', gated: true } as const;

/** LLaMA 1 to 3, Code Llama, LLaMA 2 Long, SmolLM2 (Touvron et al. 2023; Rozière et al. 2023; Xiong et al. 2023). */
const llama: Family = {
  name: 'Llama',
  modelTypes: ['llama'],
  architectures: ['llama'],
  ...SWIGLU,
  safetensors: LLAMA_LAYOUT,
  gguf: GGUF_NEIGHBOURS,
};

/** Mistral (Jiang et al. 2023). Its GGUF files are of the architecture `llama`. */
const mistral: Family = { ...llama, name: 'Mistral', modelTypes: ['mistral'], architectures: [], vary: windowed(everyLayer) };

/** Mixtral (Jiang et al. 2024). */
const mixtral: Family = {
  ...llama,
  name: 'Mixtral',
  modelTypes: ['mixtral'],
  // llama.cpp's converter names it llama; the number of experts tells them apart.
  architectures: ['mixtral'],
  safetensors: {
    ...LLAMA_LAYOUT,
    tensors: {
      ...LLAMA_TENSORS,
      router: 'model.layers.{}.block_sparse_moe.gate',
      'expert.gate': 'model.layers.{}.block_sparse_moe.experts.{e}.w1',
      'expert.up': 'model.layers.{}.block_sparse_moe.experts.{e}.w3',
      'expert.down': 'model.layers.{}.block_sparse_moe.experts.{e}.w2',
    },
  },
  vary: (fields, sizes) => ({
    ...windowed(everyLayer)(fields, sizes),
    experts: experts(fields),
  }),
};

function experts(fields: Fields): Variation['experts'] {
  const count = fields.count('num_local_experts', undefined, MOST_EXPERTS);
  return { count, used: fields.count('num_experts_per_tok', undefined, count) };
}

/** Qwen2, Qwen2.5 and Qwen2.5-Coder (Yang et al. 2024): biases on queries, keys and values. */
const qwen2: Family = {
  ...llama,
  name: 'Qwen2',
  modelTypes: ['qwen2'],
  architectures: ['qwen2'],
  gguf: GGUF_HALVES,
  vary: (fields, sizes) => (fields.flag('use_sliding_window') ? windowed(qwenWindow)(fields, sizes) : {}),
};

/** Qwen3 (Yang et al. 2025): norms of each head's query and key. */
const qwen3: Family = {
  ...qwen2,
  name: 'Qwen3',
  modelTypes: ['qwen3'],
  architectures: ['qwen3'],
  safetensors: {
    ...LLAMA_LAYOUT,
    tensors: {
      ...LLAMA_TENSORS,
      'attention.queryNorm': 'model.layers.{}.self_attn.q_norm',
      'attention.keyNorm': 'model.layers.{}.self_attn.k_norm',
    },
  },
};

/** Layers from `max_window_layers` on have the window. */
function qwenWindow(layer: number, fields: Fields): boolean {
  const types = fields.get('layer_types');
  if (Array.isArray(types)) return types[layer] === 'sliding_attention';
  return layer >= (fields.get('max_window_layers') === 0 ? 0 : fields.count('max_window_layers', MOST_LAYERS));
}

/** SmolLM3 (Hugging Face 2025): every fourth layer has no positions. */
const smollm3: Family = {
  ...llama,
  name: 'SmolLM3',
  modelTypes: ['smollm3'],
  architectures: ['smollm3'],
  tied: true,
  vary: (fields, sizes) => ({ rotary: { layersWithout: unrotatedLayers(fields, sizes) } }),
};

function unrotatedLayers(fields: Fields, { layers }: Sizes): ReadonlySet<number> {
  const rotated = fields.numbers('no_rope_layers');
  const interval = fields.count('no_rope_layer_interval', 4);
  return layersThat(layers, (layer) => (rotated ? rotated[layer] === 0 : (layer + 1) % interval === 0));
}

/** Granite 3 (IBM 2024): Llama with fixed multipliers. */
const granite: Family = {
  ...llama,
  name: 'Granite',
  modelTypes: ['granite'],
  architectures: ['granite'],
  vary: (fields): Variation => ({
    attention: { scale: fields.number('attention_multiplier') },
    multipliers: {
      embedding: fields.number('embedding_multiplier', 1),
      residual: fields.number('residual_multiplier', 1),
      logits: 1 / fields.number('logits_scaling', 1),
    },
  }),
};

export const LLAMAS: readonly Family[] = [llama, mistral, mixtral, qwen2, qwen3, smollm3, granite];
