import type { Layout } from './family.ts';

/** Tensor names of Hugging Face's Llama and of the many families that follow it. */
export const LLAMA_TENSORS: Layout['tensors'] = {
  embedding: 'model.embed_tokens',
  'attention.norm': 'model.layers.{}.input_layernorm',
  'attention.query': 'model.layers.{}.self_attn.q_proj',
  'attention.key': 'model.layers.{}.self_attn.k_proj',
  'attention.value': 'model.layers.{}.self_attn.v_proj',
  'attention.output': 'model.layers.{}.self_attn.o_proj',
  'feedForward.norm': 'model.layers.{}.post_attention_layernorm',
  'feedForward.gate': 'model.layers.{}.mlp.gate_proj',
  'feedForward.up': 'model.layers.{}.mlp.up_proj',
  'feedForward.down': 'model.layers.{}.mlp.down_proj',
  norm: 'model.norm',
  head: 'lm_head',
};

export const LLAMA_LAYOUT: Layout = { tensors: LLAMA_TENSORS, rotaryPairs: 'halves' };

/** Tensor names of GGUF files, the same for all architectures (gguf-py's constants). */
const GGUF_TENSORS: Layout['tensors'] = {
  embedding: 'token_embd',
  'embedding.norm': 'token_embd_norm',
  positions: 'position_embd',
  'attention.norm': 'blk.{}.attn_norm',
  'attention.query': 'blk.{}.attn_q',
  'attention.key': 'blk.{}.attn_k',
  'attention.value': 'blk.{}.attn_v',
  'attention.queryKeyValue': 'blk.{}.attn_qkv',
  'attention.queryNorm': 'blk.{}.attn_q_norm',
  'attention.keyNorm': 'blk.{}.attn_k_norm',
  'attention.output': 'blk.{}.attn_output',
  'attention.after': 'blk.{}.post_attention_norm',
  'feedForward.norm': 'blk.{}.ffn_norm',
  'feedForward.gate': 'blk.{}.ffn_gate',
  'feedForward.up': 'blk.{}.ffn_up',
  'feedForward.down': 'blk.{}.ffn_down',
  'feedForward.after': 'blk.{}.post_ffw_norm',
  router: 'blk.{}.ffn_gate_inp',
  'expert.gate': 'blk.{}.ffn_gate_exps',
  'expert.up': 'blk.{}.ffn_up_exps',
  'expert.down': 'blk.{}.ffn_down_exps',
  norm: 'output_norm',
  head: 'output',
};

/** Experts as llama.cpp's converter wrote them until April 2024 (https://github.com/ggml-org/llama.cpp/pull/6387). */
const GGUF_EXPERTS_APART: Layout['tensors'] = {
  'expert.gate': 'blk.{}.ffn_gate.{e}',
  'expert.up': 'blk.{}.ffn_up.{e}',
  'expert.down': 'blk.{}.ffn_down.{e}',
};

/** GGUF of the architectures that rotate halves, as Hugging Face's checkpoints do. */
export const GGUF_HALVES: Layout = { tensors: GGUF_TENSORS, rotaryPairs: 'halves' };

/** GGUF of the architectures that rotate neighbours, as Meta's checkpoints do. */
export const GGUF_NEIGHBOURS: Layout = { tensors: GGUF_TENSORS, earlier: GGUF_EXPERTS_APART, rotaryPairs: 'neighbours' };

/** The same names with one tensor for the rows of gate and up. */
export function fusedFeedForward(tensors: Layout['tensors'], gateUp: string): Layout['tensors'] {
  const { 'feedForward.gate': _gate, 'feedForward.up': _up, ...others } = tensors;
  return { ...others, 'feedForward.gateUp': gateUp };
}

/** The same names with one tensor for the rows of query, key and value. */
export function fusedAttention(tensors: Layout['tensors'], queryKeyValue: string): Layout['tensors'] {
  const { 'attention.query': _query, 'attention.key': _key, 'attention.value': _value, ...others } = tensors;
  return { ...others, 'attention.queryKeyValue': queryKeyValue };
}

/** GGUF of the architectures whose `ffn_up` holds gate and up, one above the other. */
export const GGUF_FUSED_TENSORS = fusedFeedForward(GGUF_TENSORS, 'blk.{}.ffn_up');
