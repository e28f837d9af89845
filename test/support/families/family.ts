import type { GgufValues } from '../ggufFile.ts';
import type { FloatTensor } from '../llama.ts';
import { neighbouringPairs } from '../rotaryPairs.ts';
import type { Spelling } from './spelling.ts';
import type { Structure } from './structure.ts';

/** A decoder-only family: what it computes, and how each of the two kinds of checkpoints stores it. */
export interface Family {
  readonly name: string;
  readonly structure: Structure;
  /** `config.json`, with the fields of the family's configuration class in transformers. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly huggingFace: Spelling;
  /** Absent if llama.cpp does not support the family. */
  readonly gguf?: GgufFamily;
}

export interface GgufFamily {
  readonly architecture: string;
  readonly spelling: Spelling;
  /** In addition to {@link structureMetadata}; keys without the architecture's name. */
  readonly metadata?: GgufValues;
  /** Tensors that are not a part of the model. */
  readonly extras?: ReadonlyMap<string, FloatTensor>;
  /** How the model in the file differs from the structure, because the format's converter omits something. */
  readonly says?: Partial<Structure>;
  /** How llama.cpp differs from what the file says. */
  readonly llamaCpp?: Partial<Structure>;
}

/** llama.cpp's names of tensors, the same for every architecture. */
const GGUF_NAMES = {
  embedding: 'token_embd',
  embeddingNorm: 'token_embd_norm',
  positions: 'position_embd',
  finalNorm: 'output_norm',
  head: 'output',
  attentionNorm: 'blk.{layer}.attn_norm',
  query: 'blk.{layer}.attn_q',
  key: 'blk.{layer}.attn_k',
  value: 'blk.{layer}.attn_v',
  queryKeyValue: 'blk.{layer}.attn_qkv',
  queryNorm: 'blk.{layer}.attn_q_norm',
  keyNorm: 'blk.{layer}.attn_k_norm',
  output: 'blk.{layer}.attn_output',
  attentionPostNorm: 'blk.{layer}.post_attention_norm',
  feedForwardNorm: 'blk.{layer}.ffn_norm',
  gate: 'blk.{layer}.ffn_gate',
  up: 'blk.{layer}.ffn_up',
  gateUp: 'blk.{layer}.ffn_up',
  down: 'blk.{layer}.ffn_down',
  feedForwardPostNorm: 'blk.{layer}.post_ffw_norm',
  router: 'blk.{layer}.ffn_gate_inp',
  'experts.gate': 'blk.{layer}.ffn_gate_exps',
  'experts.up': 'blk.{layer}.ffn_up_exps',
  'experts.down': 'blk.{layer}.ffn_down_exps',
};

export const QUERY_KEY_VALUE = ['query', 'key', 'value'];
export const GATE_UP = ['gate', 'up'];

export const GGUF: Spelling = { names: GGUF_NAMES, stackedExperts: true };
export const GGUF_FUSED_QKV: Spelling = { ...GGUF, fused: { queryKeyValue: QUERY_KEY_VALUE } };
export const GGUF_FUSED_GATE_UP: Spelling = { ...GGUF, fused: { gateUp: GATE_UP } };
export const GGUF_FUSED: Spelling = { ...GGUF, fused: { queryKeyValue: QUERY_KEY_VALUE, gateUp: GATE_UP } };

/** For architectures that rotate neighbours, while the family's own checkpoints rotate halves. */
export const GGUF_NEIGHBOURS: Spelling = {
  ...GGUF,
  store: (part, tensor, structure) =>
    part === 'query' || part === 'key' ? neighbouringPairs(tensor, structure.headSize) : tensor,
};

/** What llama.cpp's converter writes for any family. */
export function structureMetadata({ structure, config }: Family): GgufValues {
  const { positions, experts } = structure;
  const epsilon = structure.norm === 'rms' ? 'attention.layer_norm_rms_epsilon' : 'attention.layer_norm_epsilon';
  return {
    vocab_size: structure.vocabulary,
    context_length: structure.context,
    embedding_length: structure.hidden,
    block_count: structure.layers,
    feed_forward_length: structure.feedForward,
    'attention.head_count': structure.heads,
    'attention.head_count_kv': structure.kvHeads,
    ...('head_dim' in config ? { 'attention.key_length': structure.headSize, 'attention.value_length': structure.headSize } : {}),
    [epsilon]: { float: structure.epsilon },
    ...(positions.kind === 'rotary'
      ? { 'rope.freq_base': { float: positions.base }, 'rope.dimension_count': positions.size }
      : {}),
    ...(experts ? { expert_count: experts.count, expert_used_count: experts.used } : {}),
  };
}

/** Hugging Face's names for Llama, which most later families share. */
export const LLAMA_NAMES = {
  embedding: 'model.embed_tokens',
  finalNorm: 'model.norm',
  head: 'lm_head',
  attentionNorm: 'model.layers.{layer}.input_layernorm',
  query: 'model.layers.{layer}.self_attn.q_proj',
  key: 'model.layers.{layer}.self_attn.k_proj',
  value: 'model.layers.{layer}.self_attn.v_proj',
  queryKeyValue: 'model.layers.{layer}.self_attn.qkv_proj',
  queryNorm: 'model.layers.{layer}.self_attn.q_norm',
  keyNorm: 'model.layers.{layer}.self_attn.k_norm',
  output: 'model.layers.{layer}.self_attn.o_proj',
  feedForwardNorm: 'model.layers.{layer}.post_attention_layernorm',
  gate: 'model.layers.{layer}.mlp.gate_proj',
  up: 'model.layers.{layer}.mlp.up_proj',
  gateUp: 'model.layers.{layer}.mlp.gate_up_proj',
  down: 'model.layers.{layer}.mlp.down_proj',
};

export const LLAMA_SPELLING: Spelling = { names: LLAMA_NAMES };

/** Fields that Llama's configuration shares with those of most families. */
export function commonConfig(model: string, architecture: string, structure: Structure): Record<string, unknown> {
  return {
    architectures: [architecture],
    model_type: model,
    vocab_size: structure.vocabulary,
    hidden_size: structure.hidden,
    num_hidden_layers: structure.layers,
    num_attention_heads: structure.heads,
    num_key_value_heads: structure.kvHeads,
    intermediate_size: structure.feedForward,
    max_position_embeddings: structure.context,
    tie_word_embeddings: structure.tied,
    rms_norm_eps: structure.epsilon,
    ...(structure.positions.kind === 'rotary' ? { rope_theta: structure.positions.base } : {}),
    hidden_act: 'silu',
    ...TOKENS,
  };
}

/** The control token of these models' tokenizer. */
export const TOKENS = { bos_token_id: 0, eos_token_id: 0, pad_token_id: 0, torch_dtype: 'float32' };
