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
export type OnnxSizes = Readonly<Record<keyof typeof TINY_ONNX, number>>;

/** Domain of onnxruntime's own operators. */
export const CONTRIB = { domain: 'com.microsoft' } as const;
const BLOCK = 32;

/** A graph under construction. Its larger tensors may be stored in files beside it. */
export class GraphWriter {
  readonly graph = new OnnxGraph();
  readonly sizes: OnnxSizes;
  readonly #parts: Uint8Array[][];
  readonly #name: string;
  #count = 0;
  #seed: number;

  /**
   * @param name of the graph's file
   * @param parts number of files beside it that hold its tensors
   */
  constructor(name: string, seed: number, parts = 0, sizes: OnnxSizes = TINY_ONNX) {
    this.sizes = sizes;
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

  /** Normal numbers, determined by the writer's seed and by how many were drawn before. */
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

  /** The size of one axis, as a scalar. */
  size(x: Value, axis: number): Value {
    return this.graph.node('Gather', [this.graph.node('Shape', [x]), this.scalar(axis)]);
  }

  /** `x · W`, with W in float32 or in 4-bit blocks. */
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
    const { hidden } = this.sizes;
    const weight = this.tensor(name, DataType.float32, [hidden], new Float32Array(hidden).fill(1));
    return this.graph.node('SimplifiedLayerNormalization', [x, weight], {
      attributes: { axis: -1, epsilon: { float: 1e-5 }, stash_type: 1 },
    });
  }

  /** `[1, S, n · size]` to `[1, n, S, size]`. */
  heads(x: Value, heads: number): Value {
    const apart = this.graph.node('Reshape', [x, this.int64(1, -1, heads, this.sizes.headSize)]);
    return this.graph.node('Transpose', [apart], { attributes: { perm: [0, 2, 1, 3] } });
  }

  /** softmax(q · kᵀ / √size + mask) · v, with the heads joined again. */
  attention(q: Value, k: Value, v: Value, mask?: Value): Value {
    const { graph } = this;
    const keys = graph.node('Transpose', [k], { attributes: { perm: [0, 1, 3, 2] } });
    const scores = graph.node('Mul', [graph.node('MatMul', [q, keys]), this.float(this.sizes.headSize ** -0.5)]);
    const weights = graph.node('Softmax', [mask ? graph.node('Add', [scores, mask]) : scores], { attributes: { axis: -1 } });
    const joined = graph.node('Transpose', [graph.node('MatMul', [weights, v])], { attributes: { perm: [0, 2, 1, 3] } });
    return graph.node('Reshape', [joined, this.int64(1, -1, this.sizes.heads * this.sizes.headSize)]);
  }

  feedForward(prefix: string, x: Value, isQuantized: boolean): Value {
    const { hidden, feedForward } = this.sizes;
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

/** `[S, T]`: 0 where the key is not after the query, −10⁴ elsewhere. */
export function causalMask(w: GraphWriter, queries: Value, total: Value): Value {
  const { graph } = w;
  const keys = graph.node('Range', [w.scalar(0), total, w.scalar(1)]);
  const isLater = graph.node('Greater', [keys, graph.node('Unsqueeze', [queries, w.int64(1)])]);
  return graph.node('Where', [isLater, w.float(-1e4), w.float(0)]);
}
