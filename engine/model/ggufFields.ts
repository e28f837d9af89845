import { Fields } from './fields.ts';
import type { WeightSource } from './weights.ts';

/** A GGUF file's metadata by key. */
export interface GgufMetadata {
  get(key: string): unknown;
}

/** config.json's names of the numbers in a GGUF file's metadata, behind `{architecture}.` (gguf-py's constants). */
const NAMES: Readonly<Record<string, string>> = {
  vocab_size: 'vocab_size',
  context_length: 'max_position_embeddings',
  embedding_length: 'hidden_size',
  block_count: 'num_hidden_layers',
  feed_forward_length: 'intermediate_size',
  'attention.head_count': 'num_attention_heads',
  'attention.head_count_kv': 'num_key_value_heads',
  'attention.key_length': 'head_dim',
  'attention.layer_norm_rms_epsilon': 'rms_norm_eps',
  'attention.layer_norm_epsilon': 'layer_norm_eps',
  'attention.sliding_window': 'sliding_window',
  'attention.sliding_window_pattern': 'sliding_window_pattern',
  'attention.scale': 'attention_multiplier',
  'rope.freq_base': 'rope_theta',
  'rope.freq_base_swa': 'rope_local_base_freq',
  expert_count: 'num_local_experts',
  expert_used_count: 'num_experts_per_tok',
  attn_logit_softcapping: 'attn_logit_softcapping',
  final_logit_softcapping: 'final_logit_softcapping',
  embedding_scale: 'embedding_multiplier',
  residual_scale: 'residual_multiplier',
  logit_scale: 'logits_scaling',
  use_parallel_residual: 'use_parallel_residual',
};

/**
 * Number of layers of the Gemma 2 and 3 whose scores are scaled by the hidden size per head, not by the head size: both have 27 billion
 * parameters. llama.cpp recognises them in the same way.
 */
const GEMMA_27B_LAYERS: ReadonlyMap<string, number> = new Map(Object.entries({ gemma2: 46, gemma3: 62 }));

/**
 * A GGUF file's hyperparameters under the names of a config.json, so that both formats are read by the same families.
 * @throws PaddockError `bad-model` when fields or the tensors of rotary factors are wrong
 */
export async function ggufFields(metadata: GgufMetadata, weights: WeightSource): Promise<Fields> {
  const architecture = String(metadata.get('general.architecture'));
  const own = (key: string) => metadata.get(`${architecture}.${key}`);
  const values: Record<string, unknown> = {};
  for (const [key, name] of Object.entries(NAMES)) values[name] = scalar(own(key));
  values.model_type = architecture === 'llama' && Number(own('expert_count') ?? 0) > 0 ? 'mixtral' : architecture;
  values.vocab_size ??= weights.has('token_embd.weight') ? weights.shape('token_embd.weight')[0] : undefined;
  values.tie_word_embeddings = !weights.has('output.weight');
  values.bos_token_id = metadata.get('tokenizer.ggml.bos_token_id');
  values.eos_token_id = metadata.get('tokenizer.ggml.eos_token_id');
  const heads = Number(values.num_attention_heads);
  const headSize = Number(values.head_dim ?? Number(values.hidden_size) / heads);
  const rotated = own('rope.dimension_count');
  if (typeof rotated === 'number' && rotated > 0) values.partial_rotary_factor = rotated / headSize;
  const largest = GEMMA_27B_LAYERS.get(architecture);
  if (largest !== undefined) {
    values.query_pre_attn_scalar = own('block_count') === largest ? Number(values.hidden_size) / heads : headSize;
  }
  if (architecture === 'gemma2') values.sliding_window ??= 4096;
  values.rope_scaling = await ropeScaling(own, weights, values);
  return new Fields(values, weights.path, (name) => keyOf(architecture, name));
}

/** The key of a field that has config.json's name. */
function keyOf(architecture: string, name: string): string {
  const key = Object.entries(NAMES).find(([, own]) => own === name)?.[0];
  return key === undefined ? name : `${architecture}.${key}`;
}

/** Some fields may be lists with a value for each layer; equal ones are one value. */
function scalar(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const items = Object.values(value);
  return items.length > 0 && items.every((item) => item === items[0]) ? items[0] : items;
}

/** By llama.cpp's rules: a factor without a type scales linearly, 0 stands for 1, and factors by frequency come on top. */
async function ropeScaling(
  own: (key: string) => unknown,
  weights: WeightSource,
  values: Readonly<Record<string, unknown>>,
): Promise<Record<string, unknown> | undefined> {
  const type = own('rope.scaling.type') ?? 'linear';
  const factor = (type !== 'none' && (own('rope.scaling.factor') ?? own('rope.scale_linear'))) || 1;
  const original = own('rope.scaling.original_context_length') ?? values.max_position_embeddings;
  const divisors = async (name: string) => Array.from(await weights.read(name), (divisor) => divisor * Number(factor));
  if (weights.has('rope_freqs.weight')) return { rope_type: 'divisors', divisors: await divisors('rope_freqs.weight') };
  if (weights.has('rope_factors_long.weight') && weights.has('rope_factors_short.weight')) {
    return {
      rope_type: 'longrope',
      original_max_position_embeddings: original,
      short_factor: await divisors('rope_factors_short.weight'),
      long_factor: await divisors('rope_factors_long.weight'),
      attention_factor: own('rope.scaling.attn_factor'),
    };
  }
  if (type === 'none') return undefined;
  if (type === 'linear' || type === 'longrope') return factor === 1 ? undefined : { rope_type: 'linear', factor };
  return {
    rope_type: type,
    factor,
    original_max_position_embeddings: original,
    beta_fast: own('rope.scaling.yarn_beta_fast'),
    beta_slow: own('rope.scaling.yarn_beta_slow'),
    attn_factor: own('rope.scaling.attn_factor'),
  };
}
