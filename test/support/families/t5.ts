import { standInVocabulary } from '../gguf.ts';
import { writeGgufFile } from '../ggufFile.ts';
import type { FloatTensor } from '../llama.ts';
import { fastNormal, Random } from '../random.ts';
import { TOKENS } from './family.ts';

/** An encoder–decoder of the T5 kind (Raffel et al. 2020), which includes CodeT5 and the smaller CodeT5+ models. */
export interface T5Structure {
  readonly vocabulary: number;
  readonly hidden: number;
  readonly heads: number;
  readonly headSize: number;
  readonly feedForward: number;
  readonly encoderLayers: number;
  readonly decoderLayers: number;
  readonly epsilon: number;
  /** Number of learned biases that relative distances share; far distances share them logarithmically up to `distance`. */
  readonly buckets: number;
  readonly distance: number;
  /** True for GELU-gated feed-forward and a separate head (T5 1.1); false for ReLU and the scaled embedding table as head (T5, CodeT5). */
  readonly gated: boolean;
  readonly tied: boolean;
}

/** A T5 model. Tensors have their names in checkpoints, which are the same everywhere. */
export interface T5Model {
  readonly structure: T5Structure;
  readonly tensors: ReadonlyMap<string, FloatTensor>;
}

export interface T5Family {
  readonly name: string;
  readonly structure: T5Structure;
  readonly config: Readonly<Record<string, unknown>>;
}

const BASE: T5Structure = {
  vocabulary: 257,
  hidden: 48,
  heads: 4,
  headSize: 16,
  feedForward: 80,
  encoderLayers: 3,
  decoderLayers: 2,
  epsilon: 1e-6,
  buckets: 16,
  distance: 40,
  gated: false,
  tied: true,
};

export const T5_FAMILIES: readonly T5Family[] = [
  t5('T5 and CodeT5+ (ReLU, tied)', BASE),
  t5('T5 1.1 (gated GELU, untied)', { ...BASE, gated: true, tied: false }),
];

function t5(name: string, structure: T5Structure): T5Family {
  const config = {
    architectures: ['T5ForConditionalGeneration'],
    model_type: 't5',
    is_encoder_decoder: true,
    vocab_size: structure.vocabulary,
    d_model: structure.hidden,
    d_kv: structure.headSize,
    d_ff: structure.feedForward,
    num_heads: structure.heads,
    num_layers: structure.encoderLayers,
    num_decoder_layers: structure.decoderLayers,
    relative_attention_num_buckets: structure.buckets,
    relative_attention_max_distance: structure.distance,
    layer_norm_epsilon: structure.epsilon,
    feed_forward_proj: structure.gated ? 'gated-gelu' : 'relu',
    tie_word_embeddings: structure.tied,
    decoder_start_token_id: 0,
    n_positions: 512,
    ...TOKENS,
  };
  return { name, structure, config };
}

function shapes(structure: T5Structure): [name: string, dims: number[]][] {
  const { hidden, vocabulary, feedForward, heads, buckets, gated } = structure;
  const inner = heads * structure.headSize;
  const attention = (at: string): [string, number[]][] => [
    [`${at}.q.weight`, [inner, hidden]],
    [`${at}.k.weight`, [inner, hidden]],
    [`${at}.v.weight`, [inner, hidden]],
    [`${at}.o.weight`, [hidden, inner]],
  ];
  const side = (name: string, layers: number): [string, number[]][] => {
    const last = name === 'encoder' ? 1 : 2;
    const layer = (at: string): [string, number[]][] => [
      ...attention(`${at}.layer.0.SelfAttention`),
      ...(name === 'decoder' ? attention(`${at}.layer.1.EncDecAttention`) : []),
      ...(gated ? ['wi_0', 'wi_1'] : ['wi']).map((wi): [string, number[]] => [
        `${at}.layer.${last}.DenseReluDense.${wi}.weight`,
        [feedForward, hidden],
      ]),
      [`${at}.layer.${last}.DenseReluDense.wo.weight`, [hidden, feedForward]],
      ...Array.from({ length: last + 1 }, (_, i): [string, number[]] => [`${at}.layer.${i}.layer_norm.weight`, [hidden]]),
    ];
    return [
      ...Array.from({ length: layers }, (_, i) => layer(`${name}.block.${i}`)).flat(),
      [`${name}.block.0.layer.0.SelfAttention.relative_attention_bias.weight`, [buckets, heads]],
      [`${name}.final_layer_norm.weight`, [hidden]],
    ];
  };
  return [
    ['shared.weight', [vocabulary, hidden]],
    ...side('encoder', structure.encoderLayers),
    ...side('decoder', structure.decoderLayers),
    ...(structure.tied ? [] : [['lm_head.weight', [vocabulary, hidden]] satisfies [string, number[]]]),
  ];
}

/** A random model, the same at every call. T5 does not divide scores by √headSize, so queries are small. */
export function tinyT5({ structure }: T5Family): T5Model {
  const random = new Random(7);
  const tensors = new Map<string, FloatTensor>();
  for (const [name, dims] of shapes(structure)) {
    const size = dims.reduce((product, dim) => product * dim, 1);
    const data = fastNormal(size, deviation(name, structure) / Math.sqrt(dims.at(-1) as number), random.below(2 ** 31));
    if (dims.length === 1) for (let i = 0; i < size; i++) data[i] = 1 + (data[i] as number);
    tensors.set(name, { shape: dims, data });
  }
  return { structure, tensors };
}

function deviation(name: string, { hidden, heads, headSize, tied }: T5Structure): number {
  if (name.includes('norm')) return 0.25 * Math.sqrt(hidden);
  if (name.includes('relative')) return 1.5 * Math.sqrt(heads);
  if (name.includes('.q.')) return 1.6 / Math.sqrt(headSize);
  if (name.includes('shared')) return tied ? 0.25 * Math.sqrt(hidden) : 3;
  return name.includes('lm_head') ? 3 : 1;
}

/**
 * Writes the model as GGUF, the way llama.cpp's converter would. The format has no field for `distance`: all published models have 128.
 */
export async function writeT5Gguf(path: string, { structure, tensors }: T5Model): Promise<void> {
  const named = new Map([...tensors].map(([name, tensor]) => [ggufName(name), tensor]));
  await writeGgufFile(
    path,
    {
      'general.architecture': 't5',
      't5.context_length': 512,
      't5.embedding_length': structure.hidden,
      't5.feed_forward_length': structure.feedForward,
      't5.block_count': structure.encoderLayers,
      't5.decoder_block_count': structure.decoderLayers,
      't5.attention.head_count': structure.heads,
      't5.attention.key_length': structure.headSize,
      't5.attention.value_length': structure.headSize,
      't5.attention.layer_norm_epsilon': { float: structure.epsilon },
      't5.attention.relative_buckets_count': structure.buckets,
      't5.attention.layer_norm_rms_epsilon': { float: structure.epsilon },
      't5.decoder_start_token_id': 0,
      ...standInVocabulary(structure.vocabulary),
    },
    named,
  );
}

const GGUF_PARTS: Readonly<Record<string, string>> = {
  'SelfAttention.q': 'attn_q',
  'SelfAttention.k': 'attn_k',
  'SelfAttention.v': 'attn_v',
  'SelfAttention.o': 'attn_o',
  'SelfAttention.relative_attention_bias': 'attn_rel_b',
  'EncDecAttention.q': 'cross_attn_q',
  'EncDecAttention.k': 'cross_attn_k',
  'EncDecAttention.v': 'cross_attn_v',
  'EncDecAttention.o': 'cross_attn_o',
  'DenseReluDense.wi': 'ffn_up',
  'DenseReluDense.wi_0': 'ffn_gate',
  'DenseReluDense.wi_1': 'ffn_up',
  'DenseReluDense.wo': 'ffn_down',
};

function ggufName(name: string): string {
  const whole: Readonly<Record<string, string>> = {
    'shared.weight': 'token_embd.weight',
    'lm_head.weight': 'output.weight',
    'encoder.final_layer_norm.weight': 'enc.output_norm.weight',
    'decoder.final_layer_norm.weight': 'dec.output_norm.weight',
  };
  const [, side, block, layer, part = ''] = /^(enc|dec)oder\.block\.(\d+)\.layer\.(\d)\.(.+)\.weight$/.exec(name) ?? [];
  const norms = side === 'enc' ? ['attn_norm', 'ffn_norm'] : ['attn_norm', 'cross_attn_norm', 'ffn_norm'];
  const inside = part === 'layer_norm' ? norms[Number(layer)] : GGUF_PARTS[part];
  const found = whole[name] ?? (inside && `${side}.blk.${block}.${inside}.weight`);
  if (!found) throw new Error(`GGUF has no name for ${name}.`);
  return found;
}
