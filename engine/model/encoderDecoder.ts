import { PaddockError } from '../errors.ts';
import type { DecoderConfig } from './config.ts';
import { Fields, MOST_LAYERS, tokenIds } from './fields.ts';
import type { GgufMetadata } from './ggufFields.ts';
import type { T5Weights } from './t5Weights.ts';

/** An encoder–decoder of the T5 kind (Raffel et al. 2020): T5, CodeT5 and the CodeT5+ models up to 770 M. Scores are not scaled. */
export interface EncoderDecoderConfig {
  readonly family: 'T5';
  readonly vocabularySize: number;
  readonly hiddenSize: number;
  readonly heads: number;
  readonly headSize: number;
  readonly feedForwardSize: number;
  readonly encoderLayers: number;
  readonly decoderLayers: number;
  /** Tokens the model was trained on, of the input and of the answer each. */
  readonly contextLength: number;
  readonly epsilon: number;
  /** Number of learned biases of distances: near distances have their own, far ones share them logarithmically, up to `farthest`. */
  readonly buckets: number;
  readonly farthest: number;
  readonly activation: 'relu' | 'gelu-tanh' | 'silu';
  readonly gated: boolean;
  /** The head is the embedding table, its logits divided by √hiddenSize. */
  readonly tiedEmbeddings: boolean;
  /** What every answer starts with. */
  readonly startToken: number;
  readonly bosTokenId: number | undefined;
  readonly eosTokenIds: readonly number[];
}

/** Whether a config.json's `model_type` or a GGUF file's architecture is of this kind. */
export function isEncoderDecoder(type: unknown): boolean {
  return type === 't5';
}

/** @param fields of config.json: `T5Config` of transformers @throws PaddockError `bad-model`, `unsupported-model` */
export function parseEncoderDecoderConfig(fields: Fields): EncoderDecoderConfig {
  const feedForward = String(fields.get('feed_forward_proj') ?? 'relu');
  const known = ACTIVATIONS.get(feedForward.replace(/^gated-/, ''));
  if (!known) {
    throw new PaddockError(
      'unsupported-model',
      `${fields.where} asks for the feed-forward "${feedForward}"; Paddock knows: relu, gated-gelu, gated-silu.`,
    );
  }
  const hiddenSize = fields.count('d_model');
  const heads = fields.count('num_heads');
  const layers = fields.count('num_layers', undefined, MOST_LAYERS);
  const start = fields.get('decoder_start_token_id', 'pad_token_id');
  return {
    family: 'T5',
    vocabularySize: fields.count('vocab_size'),
    hiddenSize,
    heads,
    headSize: fields.count('d_kv', hiddenSize / heads),
    feedForwardSize: fields.count('d_ff'),
    encoderLayers: layers,
    decoderLayers: fields.count('num_decoder_layers', layers, MOST_LAYERS),
    contextLength: fields.count('n_positions', 512),
    epsilon: fields.number('layer_norm_epsilon', 1e-6),
    buckets: fields.count('relative_attention_num_buckets', 32),
    farthest: fields.count('relative_attention_max_distance', 128),
    activation: known,
    gated: feedForward.startsWith('gated-'),
    tiedEmbeddings: fields.get('tie_word_embeddings') !== false,
    startToken: typeof start === 'number' ? start : 0,
    bosTokenId: undefined,
    eosTokenIds: tokenIds(fields.get('eos_token_id')),
  };
}

/** The same from a GGUF file of the architecture `t5`. @throws PaddockError `bad-model` */
export function ggufEncoderDecoderConfig(metadata: GgufMetadata, weights: T5Weights): EncoderDecoderConfig {
  const { source } = weights;
  const own = (key: string) => metadata.get(`t5.${key}`);
  const gated = weights.has('encoder.feedForward.gate');
  const values: Record<string, unknown> = {
    // The format has no place for the distance; all published models have 128.
    feed_forward_proj: gated ? 'gated-gelu' : 'relu',
    tie_word_embeddings: !weights.has('head'),
    eos_token_id: metadata.get('tokenizer.ggml.eos_token_id'),
  };
  for (const [name, key] of Object.entries(GGUF_KEYS)) values[name] = own(key);
  values.vocab_size ??= weights.has('embedding') ? source.shape('token_embd.weight')[0] : undefined;
  values.layer_norm_epsilon ??= own('attention.layer_norm_epsilon');
  const spelled = (name: string) => (GGUF_KEYS[name] === undefined ? name : `t5.${GGUF_KEYS[name]}`);
  return parseEncoderDecoderConfig(new Fields(values, source.path, spelled));
}

/** GGUF's keys, behind the architecture, by config.json's names. */
const GGUF_KEYS: Readonly<Record<string, string>> = {
  vocab_size: 'vocab_size',
  d_model: 'embedding_length',
  num_heads: 'attention.head_count',
  d_kv: 'attention.key_length',
  d_ff: 'feed_forward_length',
  num_layers: 'block_count',
  num_decoder_layers: 'decoder_block_count',
  n_positions: 'context_length',
  layer_norm_epsilon: 'attention.layer_norm_rms_epsilon',
  relative_attention_num_buckets: 'attention.relative_buckets_count',
  decoder_start_token_id: 'decoder_start_token_id',
};

const ACTIVATIONS: ReadonlyMap<string, EncoderDecoderConfig['activation']> = new Map(
  Object.entries({
    relu: 'relu',
    // T5's "gelu" is the approximation by tanh.
    gelu: 'gelu-tanh',
    gelu_new: 'gelu-tanh',
    silu: 'silu',
  } as const),
);

/** The decoder as a decoder-only model. As with ALiBi, its keys carry no positions: distances are in the mask. */
export function answeringConfig(config: EncoderDecoderConfig): DecoderConfig {
  return {
    family: config.family,
    vocabularySize: config.vocabularySize,
    hiddenSize: config.hiddenSize,
    layers: config.decoderLayers,
    heads: config.heads,
    kvHeads: config.heads,
    headSize: config.headSize,
    feedForwardSize: config.feedForwardSize,
    contextLength: config.contextLength,
    positions: { kind: 'alibi' },
    norm: { kind: 'rms', epsilon: config.epsilon },
    attention: { scale: 1 },
    feedForward: { activation: config.activation, gated: config.gated },
    multipliers: { embedding: 1, residual: 1, logits: 1 },
    tiedEmbeddings: config.tiedEmbeddings,
    bosTokenId: config.bosTokenId,
    eosTokenIds: config.eosTokenIds,
  };
}
