import { fastNormal, Random } from './random.ts';

/** A tensor of a checkpoint, as float32. */
export interface FloatTensor {
  readonly shape: readonly number[];
  /** Row-major. */
  readonly data: Float32Array;
}

/** Sizes of a Llama model. */
export interface LlamaShape {
  readonly vocabulary: number;
  readonly hidden: number;
  readonly layers: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headSize: number;
  readonly feedForward: number;
  readonly context: number;
  readonly tied: boolean;
  readonly ropeBase: number;
  readonly epsilon: number;
}

/** A whole model in memory: tensors by their names in Hugging Face's checkpoints. */
export interface Llama {
  readonly shape: LlamaShape;
  readonly tensors: ReadonlyMap<string, FloatTensor>;
}

/** The smallest model of the architecture; the others change some of its sizes. */
export const TINY: LlamaShape = {
  vocabulary: 257,
  hidden: 64,
  layers: 2,
  heads: 4,
  kvHeads: 4,
  headSize: 16,
  feedForward: 96,
  context: 512,
  tied: false,
  ropeBase: 10000,
  epsilon: 1e-5,
};

/** The shapes that numerics are checked on: multi-head and grouped-query attention, with head sizes equal to hidden / heads and others. */
export const TINY_SHAPES = {
  'MHA, head size 16': TINY,
  'GQA 4/2, tied head, 3 layers': { ...TINY, kvHeads: 2, tied: true, layers: 3 },
  'GQA 4/2, head size 32 of 128': { ...TINY, hidden: 128, headSize: 32, kvHeads: 2, ropeBase: 500000, epsilon: 1e-6 },
  'MQA 4/1, head size 32 of 64': { ...TINY, headSize: 32, kvHeads: 1, tied: true },
} satisfies Readonly<Record<string, LlamaShape>>;

/** 110 million weights, the size of models that complete single lines. */
export const LLAMA_110M: LlamaShape = {
  vocabulary: 32_000,
  hidden: 768,
  layers: 12,
  heads: 12,
  kvHeads: 4,
  headSize: 64,
  feedForward: 2048,
  context: 16_384,
  tied: false,
  ropeBase: 10_000,
  epsilon: 1e-5,
};

/** A billion weights, for sparse files: large enough that opening one takes a while. */
export const LLAMA_1B: LlamaShape = {
  vocabulary: 4096,
  hidden: 2048,
  layers: 16,
  heads: 16,
  kvHeads: 4,
  headSize: 128,
  feedForward: 8192,
  context: 4096,
  tied: true,
  ropeBase: 10_000,
  epsilon: 1e-5,
};

/** Every tensor of a Llama checkpoint with its shape, `[rows, columns]` for a matrix. */
export function tensorShapes(shape: LlamaShape): [name: string, dims: number[]][] {
  const { hidden, vocabulary, feedForward } = shape;
  const queries = shape.heads * shape.headSize;
  const keys = shape.kvHeads * shape.headSize;
  const layers = Array.from({ length: shape.layers }, (_, layer): [string, number[]][] => [
    [`model.layers.${layer}.input_layernorm.weight`, [hidden]],
    [`model.layers.${layer}.self_attn.q_proj.weight`, [queries, hidden]],
    [`model.layers.${layer}.self_attn.k_proj.weight`, [keys, hidden]],
    [`model.layers.${layer}.self_attn.v_proj.weight`, [keys, hidden]],
    [`model.layers.${layer}.self_attn.o_proj.weight`, [hidden, queries]],
    [`model.layers.${layer}.post_attention_layernorm.weight`, [hidden]],
    [`model.layers.${layer}.mlp.gate_proj.weight`, [feedForward, hidden]],
    [`model.layers.${layer}.mlp.up_proj.weight`, [feedForward, hidden]],
    [`model.layers.${layer}.mlp.down_proj.weight`, [hidden, feedForward]],
  ]);
  return [
    ['model.embed_tokens.weight', [vocabulary, hidden]],
    ...layers.flat(),
    ['model.norm.weight', [hidden]],
    ...(shape.tied ? [] : [['lm_head.weight', [vocabulary, hidden]] satisfies [string, number[]]]),
  ];
}

/**
 * A random model. Matrices are normal with standard deviation 1 / √columns times `gain`, so that every layer changes the result; norms lie
 * around 1. Embedding and head are scaled up so that logits differ by several units, as a trained model's do.
 */
export function randomLlama(shape: LlamaShape, seed: number, gain = 1): Llama {
  const random = new Random(seed);
  const tensors = new Map<string, FloatTensor>();
  for (const [name, dims] of tensorShapes(shape)) {
    const size = dims.reduce((product, dim) => product * dim, 1);
    const isNorm = dims.length === 1;
    const isTable = name === 'model.embed_tokens.weight' || name === 'lm_head.weight';
    const deviation = isNorm ? 0.2 : ((isTable ? (shape.tied ? 1.5 : 3) : 1) * gain) / Math.sqrt(dims.at(-1) as number);
    const data = fastNormal(size, deviation, random.below(2 ** 31));
    if (isNorm) for (let i = 0; i < size; i++) data[i] = 1 + (data[i] as number);
    tensors.set(name, { shape: dims, data });
  }
  return { shape, tensors };
}

export function tensor(model: Llama, name: string): FloatTensor {
  const found = model.tensors.get(name);
  if (!found) throw new Error(`The model has no tensor ${name}.`);
  return found;
}
