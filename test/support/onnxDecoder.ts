import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DataType, OnnxGraph, type Value } from '../../engine/graph/onnx.ts';
import { fastNormal } from './random.ts';

/** Sizes of the tiny models. */
export const TINY_ONNX = {
  vocabulary: 96,
  hidden: 64,
  layers: 2,
  heads: 4,
  kvHeads: 2,
  headSize: 16,
  feedForward: 96,
  context: 128,
} as const;
const CONTRIB = { domain: 'com.microsoft' } as const;
const BLOCK = 32;

/** A graph being written, whose larger tensors may stand in files beside it. */
export class GraphWriter {
  readonly graph = new OnnxGraph();
  readonly #parts: Uint8Array[][];
  readonly #name: string;
  #count = 0;
  #seed: number;

  /** @param name of the graph's file; @param parts how many files beside it hold its tensors */
  constructor(name: string, seed: number, parts = 0) {
    this.#name = name;
    this.#seed = seed;
    this.#parts = Array.from({ length: parts }, () => []);
  }

  tensor(name: string, type: DataType, dims: readonly number[], data: ArrayBufferView): Value {
    const index = this.#count++ % Math.max(1, this.#parts.length);
    const part = this.#parts[index];
    if (!part) return this.graph.initializer(name, type, dims, data);
    const offset = part.reduce((sum, { length }) => sum + length, 0);
    part.push(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    return this.graph.external(name, type, dims, partName(this.#name, index), offset, data.byteLength);
  }

  /** Normal numbers, the same for the same seed of the writer and place in it. */
  random(name: string, dims: readonly number[], deviation: number): Value {
    const size = dims.reduce((product, dim) => product * dim, 1);
    return this.tensor(name, DataType.float32, dims, fastNormal(size, deviation, this.#seed++));
  }

  int64(...values: number[]): Value {
    return this.graph.initializer(`int64_${this.#count++}`, DataType.int64, [values.length], BigInt64Array.from(values, BigInt));
  }

  scalar(value: number): Value {
    return this.graph.initializer(`scalar_${this.#count++}`, DataType.int64, [], BigInt64Array.of(BigInt(value)));
  }

  float(value: number): Value {
    return this.graph.initializer(`float_${this.#count++}`, DataType.float32, [], Float32Array.of(value));
  }

  cast(x: Value, to: DataType): Value {
    return this.graph.node('Cast', [x], { attributes: { to } });
  }

  /** Size of one axis, as a number. */
  size(x: Value, axis: number): Value {
    return this.graph.node('Gather', [this.graph.node('Shape', [x]), this.scalar(axis)]);
  }

  /** `x · W`, W in float32 or in 4-bit blocks. */
  linear(name: string, x: Value, rows: number, columns: number, isQuantized: boolean): Value {
    const deviation = 1.5 / Math.sqrt(columns);
    if (!isQuantized) return this.graph.node('MatMul', [x, this.random(name, [columns, rows], deviation)]);
    const blocks = columns / BLOCK;
    const levels = fastNormal(rows * columns, 2, this.#seed++).map((value) => Math.min(15, Math.max(0, Math.round(value) + 8)));
    const packed = Uint8Array.from(
      { length: levels.length / 2 },
      (_, i) => (levels[2 * i] ?? 0) | ((levels[2 * i + 1] ?? 0) << 4),
    );
    const scales = fastNormal(rows * blocks, 0.02, this.#seed++).map((value) => deviation / 2 + value);
    const q = this.tensor(`${name}_Q4`, DataType.uint8, [rows, blocks, BLOCK / 2], packed);
    const s = this.tensor(`${name}_scales`, DataType.float32, [rows, blocks], scales);
    return this.graph.node('MatMulNBits', [x, q, s], {
      ...CONTRIB,
      attributes: { K: columns, N: rows, bits: 4, block_size: BLOCK },
    });
  }

  norm(name: string, x: Value): Value {
    const { hidden } = TINY_ONNX;
    const weight = this.tensor(name, DataType.float32, [hidden], new Float32Array(hidden).fill(1));
    return this.graph.node('SimplifiedLayerNormalization', [x, weight], {
      attributes: { axis: -1, epsilon: { float: 1e-5 }, stash_type: 1 },
    });
  }

  /** `[1, S, n · size]` to `[1, n, S, size]`. */
  heads(x: Value, heads: number): Value {
    const apart = this.graph.node('Reshape', [x, this.int64(1, -1, heads, TINY_ONNX.headSize)]);
    return this.graph.node('Transpose', [apart], { attributes: { perm: [0, 2, 1, 3] } });
  }

  /** softmax(q · kᵀ / √size + mask) · v, heads joined again. */
  attention(q: Value, k: Value, v: Value, mask?: Value): Value {
    const { graph } = this;
    const keys = graph.node('Transpose', [k], { attributes: { perm: [0, 1, 3, 2] } });
    const scores = graph.node('Mul', [graph.node('MatMul', [q, keys]), this.float(TINY_ONNX.headSize ** -0.5)]);
    const weights = graph.node('Softmax', [mask ? graph.node('Add', [scores, mask]) : scores], { attributes: { axis: -1 } });
    const joined = graph.node('Transpose', [graph.node('MatMul', [weights, v])], { attributes: { perm: [0, 2, 1, 3] } });
    return graph.node('Reshape', [joined, this.int64(1, -1, TINY_ONNX.heads * TINY_ONNX.headSize)]);
  }

  feedForward(prefix: string, x: Value, isQuantized: boolean): Value {
    const { hidden, feedForward } = TINY_ONNX;
    const up = this.linear(`${prefix}.up`, x, feedForward, hidden, isQuantized);
    return this.linear(`${prefix}.down`, this.graph.node('Relu', [up]), hidden, feedForward, isQuantized);
  }

  add(a: Value, b: Value): Value {
    return this.graph.node('Add', [a, b]);
  }

  /** Writes the graph and its parts into a folder. */
  async write(folder: string): Promise<void> {
    const path = join(folder, this.#name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, this.graph.encode());
    for (const [index, part] of this.#parts.entries()) {
      await writeFile(join(dirname(path), partName(this.#name, index)), Buffer.concat(part));
    }
  }
}

function partName(name: string, index: number): string {
  return `${name.slice(name.lastIndexOf('/') + 1)}_data${index ? `_${index}` : ''}`;
}

export interface DecoderOptions {
  /** Path of the graph in its folder. */
  readonly name: string;
  readonly seed: number;
  readonly parts?: number;
  /** The graph takes `position_ids`. */
  readonly positions?: boolean;
  /** Type of the cache and the logits. */
  readonly halves?: boolean;
  /** The graph gives logits of the last position only. */
  readonly lastOnly?: boolean;
  /** The graph keeps no keys and values: every run is over the whole text. Only of plain operators. */
  readonly cacheless?: boolean;
  /** The graph takes `num_logits_to_keep`. */
  readonly keeps?: boolean;
}

/**
 * A decoder as onnxruntime-genai's builder lays it out: 4-bit matrices, GroupQueryAttention with rotary positions, lengths from the mask.
 */
export function groupQueryDecoder(options: DecoderOptions): GraphWriter {
  const w = new GraphWriter(options.name, options.seed, options.parts);
  const { graph } = w;
  const { vocabulary, hidden, layers, heads, kvHeads, headSize, context } = TINY_ONNX;
  const ids = graph.input('input_ids', DataType.int64, ['batch_size', 'sequence_length']);
  const mask = graph.input('attention_mask', DataType.int64, ['batch_size', 'total_sequence_length']);
  const positions = options.positions
    ? graph.input('position_ids', DataType.int64, ['batch_size', 'sequence_length'])
    : undefined;
  const sum = graph.node('ReduceSum', [mask, w.int64(1)], { attributes: { keepdims: 0 } });
  const lengths = [w.cast(graph.node('Sub', [sum, w.int64(1)]), DataType.int32), w.cast(w.size(mask, 1), DataType.int32)];
  const angle = (i: number) => Math.floor(i / (headSize / 2)) * 10000 ** ((-2 * (i % (headSize / 2))) / headSize);
  const table = (name: string, f: (x: number) => number) =>
    w.tensor(
      name,
      DataType.float32,
      [context, headSize / 2],
      Float32Array.from({ length: (context * headSize) / 2 }, (_, i) => f(angle(i))),
    );
  const rotary = [table('cos_cache', Math.cos), table('sin_cache', Math.sin)];
  let x = graph.node('Gather', [w.random('embedding', [vocabulary, hidden], 1), ids]);
  for (let layer = 0; layer < layers; layer++) {
    const normed = w.norm(`layers.${layer}.norm`, x);
    let [q, k, v] = ([heads, kvHeads, kvHeads] as const).map((n, i) =>
      w.linear(`layers.${layer}.${'qkv'[i]}`, normed, n * headSize, hidden, true),
    ) as [Value, Value, Value];
    if (positions) {
      const rotate = (value: Value, n: number) =>
        graph.node('RotaryEmbedding', [value, positions, ...rotary], { ...CONTRIB, attributes: { num_heads: n } });
      [q, k] = [rotate(q, heads), rotate(k, kvHeads)];
    }
    const past = cacheInputs(w, options, layer);
    const inType = (value: Value) => (options.halves ? w.cast(value, DataType.float16) : value);
    const [attended, key, value] = graph.nodes(
      'GroupQueryAttention',
      [q, k, v].map(inType).concat(past, lengths, positions ? [] : rotary.map(inType)),
      { ...CONTRIB, attributes: { num_heads: heads, kv_num_heads: kvHeads, do_rotary: positions ? 0 : 1 }, outputs: 3 },
    ) as [Value, Value, Value];
    cacheOutputs(w, options, layer, key, value);
    x = w.add(
      x,
      w.linear(
        `layers.${layer}.o`,
        options.halves ? w.cast(attended, DataType.float32) : attended,
        hidden,
        heads * headSize,
        true,
      ),
    );
    x = w.add(x, w.feedForward(`layers.${layer}`, w.norm(`layers.${layer}.norm2`, x), true));
  }
  logitsOutput(w, options, w.norm('norm', x), true);
  return w;
}

function cacheInputs(w: GraphWriter, { halves }: DecoderOptions, layer: number): [Value, Value] {
  const { kvHeads, headSize } = TINY_ONNX;
  const dims = ['batch_size', kvHeads, 'past_sequence_length', headSize];
  const input = (kind: string) =>
    w.graph.input(`past_key_values.${layer}.${kind}`, halves ? DataType.float16 : DataType.float32, dims);
  return [input('key'), input('value')];
}

function cacheOutputs(w: GraphWriter, { halves }: DecoderOptions, layer: number, key: Value, value: Value): void {
  const { kvHeads, headSize } = TINY_ONNX;
  const dims = ['batch_size', kvHeads, 'total_sequence_length', headSize];
  const type = halves ? DataType.float16 : DataType.float32;
  w.graph.output(key, `present.${layer}.key`, type, dims);
  w.graph.output(value, `present.${layer}.value`, type, dims);
}

function logitsOutput(w: GraphWriter, options: DecoderOptions, x: Value, isQuantized: boolean): void {
  const { vocabulary, hidden } = TINY_ONNX;
  const { graph } = w;
  let kept = x;
  if (options.lastOnly) kept = graph.node('Gather', [x, w.int64(-1)], { attributes: { axis: 1 } });
  if (options.keeps) {
    const count = graph.input('num_logits_to_keep', DataType.int64, []);
    const start = graph.node('Reshape', [graph.node('Neg', [count]), w.int64(1)]);
    kept = graph.node('Slice', [x, start, w.int64(2 ** 40), w.int64(1)]);
  }
  const logits = w.linear('lm_head', kept, vocabulary, hidden, isQuantized);
  const type = options.halves ? DataType.float16 : DataType.float32;
  const output = options.halves ? w.cast(logits, type) : logits;
  graph.output(output, 'logits', type, ['batch_size', options.lastOnly ? 1 : 'sequence_length', vocabulary]);
}

/** A decoder as optimum exports it: float32 matrices, attention of plain operators, learned positions. */
export function plainDecoder(options: DecoderOptions): GraphWriter {
  const w = new GraphWriter(options.name, options.seed, options.parts);
  const { graph } = w;
  const { vocabulary, hidden, layers, heads, kvHeads, headSize, context } = TINY_ONNX;
  const ids = graph.input('input_ids', DataType.int64, ['batch_size', 'sequence_length']);
  const mask = graph.input('attention_mask', DataType.int64, ['batch_size', 'past_sequence_length + 1']);
  const [total, fresh] = [w.size(mask, 1), w.size(ids, 1)];
  const numbers = graph.node('Range', [graph.node('Sub', [total, fresh]), total, w.scalar(1)]);
  const positions = options.positions ? graph.input('position_ids', DataType.int64, ['batch_size', 'sequence_length']) : numbers;
  const causal = causalMask(w, numbers, total);
  const embedded = graph.node('Gather', [w.random('wte', [vocabulary, hidden], 1), ids]);
  let x = w.add(embedded, graph.node('Gather', [w.random('wpe', [context, hidden], 0.5), positions]));
  for (let layer = 0; layer < layers; layer++) {
    const normed = w.norm(`h.${layer}.norm`, x);
    const project = (name: string, n: number) => w.heads(w.linear(`h.${layer}.${name}`, normed, n * headSize, hidden, false), n);
    const past = options.cacheless ? undefined : cacheInputs(w, options, layer);
    const stored = (each: Value) => (options.halves ? w.cast(each, DataType.float16) : each);
    const [key, value] = (['k', 'v'] as const).map((name, i) =>
      past
        ? graph.node('Concat', [past[i] as Value, stored(project(name, kvHeads))], { attributes: { axis: 2 } })
        : project(name, kvHeads),
    ) as [Value, Value];
    if (past) cacheOutputs(w, options, layer, key, value);
    const repeated = (each: Value) => {
      const float = options.halves ? w.cast(each, DataType.float32) : each;
      const parts = graph.nodes('Split', [float], { attributes: { axis: 1, num_outputs: kvHeads }, outputs: kvHeads });
      return graph.node(
        'Concat',
        parts.flatMap((part) => new Array<Value>(heads / kvHeads).fill(part)),
        { attributes: { axis: 1 } },
      );
    };
    const attended = w.attention(project('q', heads), repeated(key), repeated(value), causal);
    x = w.add(x, w.linear(`h.${layer}.o`, attended, hidden, heads * headSize, false));
    x = w.add(x, w.feedForward(`h.${layer}`, w.norm(`h.${layer}.norm2`, x), false));
  }
  logitsOutput(w, options, w.norm('norm', x), false);
  return w;
}

/** 0 where a key is not after the query, −10⁴ elsewhere: `[S, T]`. */
export function causalMask(w: GraphWriter, queries: Value, total: Value): Value {
  const { graph } = w;
  const keys = graph.node('Range', [w.scalar(0), total, w.scalar(1)]);
  const isLater = graph.node('Greater', [keys, graph.node('Unsqueeze', [queries, w.int64(1)])]);
  return graph.node('Where', [isLater, w.float(-1e4), w.float(0)]);
}

/** config.json of the tiny decoders. */
export function tinyConfig(modelType: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  const { vocabulary, hidden, layers, heads, kvHeads, headSize, feedForward, context } = TINY_ONNX;
  return {
    model_type: modelType,
    vocab_size: vocabulary,
    hidden_size: hidden,
    num_hidden_layers: layers,
    num_attention_heads: heads,
    num_key_value_heads: kvHeads,
    head_dim: headSize,
    intermediate_size: feedForward,
    max_position_embeddings: context,
    ...more,
  };
}
