import { type Family, GGUF_FUSED_QKV, QUERY_KEY_VALUE, TOKENS } from './family.ts';
import { type Spelling, transposed } from './spelling.ts';
import { type Structure, structure } from './structure.ts';

/** Layer norms, biases everywhere, no gate, tied embeddings: as in models before Llama. */
function older(differences: Partial<Structure>): Structure {
  return structure({
    kvHeads: 4,
    norm: 'layer',
    biases: { queryKeyValue: true, output: true, feedForward: true },
    gated: false,
    activation: 'gelu-tanh',
    feedForward: 256,
    tied: true,
    ...differences,
  });
}

const GPT2 = older({ positions: { kind: 'learned', offset: 0 } });
/** Its activation is the default of its configuration class, as is one key for all queries: `config.json` may leave out both. */
const STARCODER = older({ positions: { kind: 'learned', offset: 0 }, kvHeads: 1 });
const OPT = older({ positions: { kind: 'learned', offset: 2 }, activation: 'relu', feedForward: 96 });
/** Six heads, because ALiBi's slopes follow a second rule where the number of heads is not a power of two. */
const BLOOM = older({
  hidden: 48,
  heads: 6,
  kvHeads: 6,
  headSize: 8,
  feedForward: 192,
  positions: { kind: 'alibi' },
  embeddingNorm: true,
});

/** Fields of GPT-2's configuration, which later ones took over. */
const gpt2Config = (model: string, architecture: string, { vocabulary, hidden, layers, heads, context, epsilon }: Structure) => ({
  architectures: [architecture],
  model_type: model,
  vocab_size: vocabulary,
  n_embd: hidden,
  n_layer: layers,
  n_head: heads,
  n_inner: null,
  n_positions: context,
  layer_norm_epsilon: epsilon,
  ...TOKENS,
});

const GPT2_SPELLING: Spelling = {
  names: {
    embedding: 'transformer.wte',
    positions: 'transformer.wpe',
    finalNorm: 'transformer.ln_f',
    attentionNorm: 'transformer.h.{layer}.ln_1',
    queryKeyValue: 'transformer.h.{layer}.attn.c_attn',
    output: 'transformer.h.{layer}.attn.c_proj',
    feedForwardNorm: 'transformer.h.{layer}.ln_2',
    up: 'transformer.h.{layer}.mlp.c_fc',
    down: 'transformer.h.{layer}.mlp.c_proj',
  },
  fused: { queryKeyValue: QUERY_KEY_VALUE },
};

export const OLDER: readonly Family[] = [
  {
    name: 'GPT-2',
    structure: GPT2,
    config: { ...gpt2Config('gpt2', 'GPT2LMHeadModel', GPT2), n_ctx: GPT2.context, activation_function: 'gelu_new' },
    huggingFace: {
      ...GPT2_SPELLING,
      // Its linear layers are stored as one-dimensional convolutions: `[columns, rows]`.
      finish: (part, tensor) =>
        tensor.shape.length === 2 && part !== 'embedding' && part !== 'positions' ? transposed(tensor) : tensor,
    },
    gguf: { architecture: 'gpt2', spelling: GGUF_FUSED_QKV },
  },
  {
    name: 'StarCoder (one key for all queries)',
    structure: STARCODER,
    config: gpt2Config('gpt_bigcode', 'GPTBigCodeForCausalLM', STARCODER),
    huggingFace: GPT2_SPELLING,
    gguf: { architecture: 'starcoder', spelling: GGUF_FUSED_QKV },
  },
  {
    name: 'OPT',
    structure: OPT,
    config: {
      architectures: ['OPTForCausalLM'],
      model_type: 'opt',
      vocab_size: OPT.vocabulary,
      hidden_size: OPT.hidden,
      word_embed_proj_dim: OPT.hidden,
      num_hidden_layers: OPT.layers,
      num_attention_heads: OPT.heads,
      ffn_dim: OPT.feedForward,
      max_position_embeddings: OPT.context,
      do_layer_norm_before: true,
      enable_bias: true,
      activation_function: 'relu',
      ...TOKENS,
    },
    huggingFace: {
      names: {
        embedding: 'model.decoder.embed_tokens',
        positions: 'model.decoder.embed_positions',
        finalNorm: 'model.decoder.final_layer_norm',
        attentionNorm: 'model.decoder.layers.{layer}.self_attn_layer_norm',
        query: 'model.decoder.layers.{layer}.self_attn.q_proj',
        key: 'model.decoder.layers.{layer}.self_attn.k_proj',
        value: 'model.decoder.layers.{layer}.self_attn.v_proj',
        output: 'model.decoder.layers.{layer}.self_attn.out_proj',
        feedForwardNorm: 'model.decoder.layers.{layer}.final_layer_norm',
        up: 'model.decoder.layers.{layer}.fc1',
        down: 'model.decoder.layers.{layer}.fc2',
      },
    },
  },
  {
    name: 'BLOOM',
    structure: BLOOM,
    config: {
      architectures: ['BloomForCausalLM'],
      model_type: 'bloom',
      vocab_size: BLOOM.vocabulary,
      hidden_size: BLOOM.hidden,
      n_layer: BLOOM.layers,
      n_head: BLOOM.heads,
      seq_length: BLOOM.context,
      layer_norm_epsilon: BLOOM.epsilon,
      apply_residual_connection_post_layernorm: false,
      ...TOKENS,
    },
    huggingFace: {
      names: {
        embedding: 'transformer.word_embeddings',
        embeddingNorm: 'transformer.word_embeddings_layernorm',
        finalNorm: 'transformer.ln_f',
        attentionNorm: 'transformer.h.{layer}.input_layernorm',
        queryKeyValue: 'transformer.h.{layer}.self_attention.query_key_value',
        output: 'transformer.h.{layer}.self_attention.dense',
        feedForwardNorm: 'transformer.h.{layer}.post_attention_layernorm',
        up: 'transformer.h.{layer}.mlp.dense_h_to_4h',
        down: 'transformer.h.{layer}.mlp.dense_4h_to_h',
      },
      fused: { queryKeyValue: QUERY_KEY_VALUE },
      fusedByHead: true,
    },
    gguf: { architecture: 'bloom', spelling: GGUF_FUSED_QKV },
  },
];
