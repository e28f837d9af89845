import type { Family } from './family.ts';
import { GGUF_HALVES } from './layouts.ts';

/** GPT-2 (Radford et al. 2019). Its checkpoints store matrices transposed. */
export const gpt2: Family = {
  name: 'GPT-2',
  modelTypes: ['gpt2'],
  architectures: ['gpt2'],
  norm: 'layer',
  positions: { learnedFrom: 0 },
  activation: 'gelu-tanh',
  gated: false,
  tied: true,
  safetensors: {
    tensors: {
      embedding: 'transformer.wte',
      positions: 'transformer.wpe',
      'attention.norm': 'transformer.h.{}.ln_1',
      'attention.queryKeyValue': 'transformer.h.{}.attn.c_attn',
      'attention.output': 'transformer.h.{}.attn.c_proj',
      'feedForward.norm': 'transformer.h.{}.ln_2',
      'feedForward.up': 'transformer.h.{}.mlp.c_fc',
      'feedForward.down': 'transformer.h.{}.mlp.c_proj',
      norm: 'transformer.ln_f',
      head: 'lm_head',
    },
    rotaryPairs: 'halves',
    transposed: ['attention.queryKeyValue', 'attention.output', 'feedForward.up', 'feedForward.down'],
  },
  gguf: GGUF_HALVES,
  vary: (fields) => (fields.get('scale_attn_weights') === false ? { attention: { scale: 1 } } : {}),
};

/** OPT (Zhang et al. 2022), those that normalise before attention. The first two rows of its position table are not used. */
const opt: Family = {
  name: 'OPT',
  modelTypes: ['opt'],
  architectures: [],
  norm: 'layer',
  positions: { learnedFrom: 2 },
  activation: 'relu',
  gated: false,
  tied: true,
  safetensors: {
    tensors: {
      embedding: 'model.decoder.embed_tokens',
      positions: 'model.decoder.embed_positions',
      'attention.norm': 'model.decoder.layers.{}.self_attn_layer_norm',
      'attention.query': 'model.decoder.layers.{}.self_attn.q_proj',
      'attention.key': 'model.decoder.layers.{}.self_attn.k_proj',
      'attention.value': 'model.decoder.layers.{}.self_attn.v_proj',
      'attention.output': 'model.decoder.layers.{}.self_attn.out_proj',
      'feedForward.norm': 'model.decoder.layers.{}.final_layer_norm',
      'feedForward.up': 'model.decoder.layers.{}.fc1',
      'feedForward.down': 'model.decoder.layers.{}.fc2',
      norm: 'model.decoder.final_layer_norm',
      head: 'lm_head',
    },
    rotaryPairs: 'halves',
  },
  gguf: GGUF_HALVES,
};

/** BLOOM (Scao et al. 2022): ALiBi, a norm behind the embedding, query, key and value fused head by head. */
const bloom: Family = {
  name: 'BLOOM',
  modelTypes: ['bloom'],
  architectures: ['bloom'],
  norm: 'layer',
  positions: 'alibi',
  activation: 'gelu-tanh',
  gated: false,
  tied: true,
  safetensors: {
    tensors: {
      embedding: 'transformer.word_embeddings',
      'embedding.norm': 'transformer.word_embeddings_layernorm',
      'attention.norm': 'transformer.h.{}.input_layernorm',
      'attention.queryKeyValue': 'transformer.h.{}.self_attention.query_key_value',
      'attention.output': 'transformer.h.{}.self_attention.dense',
      'feedForward.norm': 'transformer.h.{}.post_attention_layernorm',
      'feedForward.up': 'transformer.h.{}.mlp.dense_h_to_4h',
      'feedForward.down': 'transformer.h.{}.mlp.dense_4h_to_h',
      norm: 'transformer.ln_f',
      head: 'lm_head',
    },
    rotaryPairs: 'halves',
    fusedRows: 'by head',
  },
  gguf: GGUF_HALVES,
};

export const OLDER: readonly Family[] = [gpt2, opt, bloom];
