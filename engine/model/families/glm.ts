import { rotaryNumber } from '../ropeScaling.ts';
import type { Family } from './family.ts';
import { fusedFeedForward, GGUF_FUSED_TENSORS, LLAMA_TENSORS } from './layouts.ts';
import { SWIGLU } from './llama.ts';

/** GLM-4 as Transformers stores it (GLM Team 2024; GLM-4-0414 adds norms after): half of a head is rotated. */
const glm4: Family = {
  name: 'GLM-4',
  modelTypes: ['glm', 'glm4'],
  architectures: ['glm4'],
  ...SWIGLU,
  safetensors: {
    tensors: {
      ...fusedFeedForward(LLAMA_TENSORS, 'model.layers.{}.mlp.gate_up_proj'),
      'attention.after': 'model.layers.{}.post_self_attn_layernorm',
      'feedForward.after': 'model.layers.{}.post_mlp_layernorm',
    },
    rotaryPairs: 'neighbours',
  },
  gguf: { tensors: GGUF_FUSED_TENSORS, rotaryPairs: 'neighbours' },
  vary: (fields) => ({ rotary: { share: rotaryNumber(fields, 'partial_rotary_factor', 0.5) } }),
};

/** ChatGLM2, ChatGLM3 and GLM-4 as their authors store them (Zeng et al. 2023). */
const chatglm: Family = {
  name: 'ChatGLM',
  modelTypes: ['chatglm'],
  architectures: ['chatglm'],
  classes: ['ChatGLMModel'],
  ...SWIGLU,
  safetensors: {
    tensors: {
      embedding: 'transformer.embedding.word_embeddings',
      'attention.norm': 'transformer.encoder.layers.{}.input_layernorm',
      'attention.queryKeyValue': 'transformer.encoder.layers.{}.self_attention.query_key_value',
      'attention.output': 'transformer.encoder.layers.{}.self_attention.dense',
      'feedForward.norm': 'transformer.encoder.layers.{}.post_attention_layernorm',
      'feedForward.gateUp': 'transformer.encoder.layers.{}.mlp.dense_h_to_4h',
      'feedForward.down': 'transformer.encoder.layers.{}.mlp.dense_4h_to_h',
      norm: 'transformer.encoder.final_layernorm',
      head: 'transformer.output_layer',
    },
    rotaryPairs: 'neighbours',
  },
  gguf: { tensors: GGUF_FUSED_TENSORS, rotaryPairs: 'neighbours' },
  vary: (fields) => ({
    rotary: {
      base: rotaryNumber(fields, 'rope_theta', 10000) * fields.number('rope_ratio', 1),
      share: rotaryNumber(fields, 'partial_rotary_factor', 0.5),
    },
  }),
};

export const GLMS: readonly Family[] = [glm4, chatglm];
