import { toFloat16 } from './float16.ts';
import { DataType, type OnnxGraph, type Value } from './onnx.ts';

const CONTRIB = { domain: 'com.microsoft' } as const;

/** An optional input that is not given. */
const NONE = '' as Value;

/** How `MatMulNBits` computes: with activations rounded to int8 per block (fast) or kept in float32 (exact). */
export type Accuracy = 'fast' | 'exact';

/** The device whose kernels a graph is made for; operators that a device lacks would run on the CPU, with copies there and back. */
export type Kernels = 'cpu' | 'webgpu';

export type ActivationType = typeof DataType.float32 | typeof DataType.float16;

/** A normalisation with its learned weight `[size]`, and bias where it has one. */
export interface Norm {
  readonly kind: 'rms' | 'layer';
  readonly weight: Value;
  readonly bias?: Value;
  readonly epsilon: number;
}

/** Cosines and sines `[S, rotated size / 2]`, a row for each token. */
export interface RotaryRows {
  readonly cos: Value;
  readonly sin: Value;
}

/**
 * The operators a decoder is made of, typed. Each method adds nodes to the graph and returns the resulting value.
 * Contrib operators: https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md
 */
export class Operators {
  readonly graph: OnnxGraph;
  /** Type of the residual stream and of everything that is computed from it but the logits. */
  readonly activations: ActivationType;
  readonly #kernels: Kernels;
  /** Constants that are created once and shared. */
  readonly #shared = new Map<string, Value>();

  constructor(graph: OnnxGraph, kernels: Kernels = 'cpu', activations: ActivationType = DataType.float32) {
    this.graph = graph;
    this.#kernels = kernels;
    this.activations = activations;
  }

  /** A float32 value in the type of activations. */
  activation(x: Value): Value {
    return this.activations === DataType.float32 ? x : this.#cast(x, this.activations);
  }

  /** An activation as float32. */
  float32(x: Value): Value {
    return this.activations === DataType.float32 ? x : this.#cast(x, DataType.float32);
  }

  /** Integers as float32. */
  floats(x: Value): Value {
    return this.#cast(x, DataType.float32);
  }

  /** A constant in the type of activations. */
  constant(name: string, dims: readonly number[], values: Float32Array): Value {
    const data = this.activations === DataType.float32 ? values : toFloat16(values);
    return this.graph.initializer(name, this.activations, dims, data);
  }

  /** An int64 constant without dimensions. */
  int64Scalar(value: number): Value {
    return this.#once(`int64_scalar_${value}`, (name) =>
      this.graph.initializer(name, DataType.int64, [], BigInt64Array.of(BigInt(value))),
    );
  }

  /** A scalar in the type of activations, shared by all that ask for the same. */
  float(value: number): Value {
    return this.#once(`float_${value}`, (name) => this.constant(name, [], Float32Array.of(value)));
  }

  /** An int64 constant, shared by all that ask for the same values. */
  int64(values: readonly number[]): Value {
    return this.#once(`int64_${values.join('_')}`, (name) =>
      this.graph.initializer(name, DataType.int64, [values.length], BigInt64Array.from(values, BigInt)),
    );
  }

  /**
   * x · Wᵀ + bias for a matrix W `[rows, columns]` in blocks; offsets of blocks are the caller's part.
   * @param x `[1, S, columns]`
   */
  matMulBlocks(
    x: Value,
    matrix: { readonly packed: Value; readonly scales: Value; readonly zeroPoints?: Value },
    options: {
      readonly rows: number;
      readonly columns: number;
      readonly bits: 4 | 8;
      readonly blockSize: number;
      readonly accuracy: Accuracy;
      readonly bias?: Value;
    },
  ): Value {
    const { rows, columns, bits, blockSize, accuracy, bias } = options;
    const inputs = [x, matrix.packed, matrix.scales, matrix.zeroPoints ?? NONE, NONE, bias ?? NONE];
    return this.graph.node('MatMulNBits', inputs, {
      ...CONTRIB,
      attributes: { K: columns, N: rows, bits, block_size: blockSize, accuracy_level: accuracy === 'fast' ? 4 : 1 },
    });
  }

  /**
   * x · W + bias for an int8 matrix W `[columns, rows]` with a scale for each of its columns; x is rounded to 8 bits as a whole.
   * @param x `[1, S, columns]`
   */
  matMulInt8(x: Value, levels: Value, scales: Value, bias: Value | undefined): Value {
    return this.graph.node('DynamicQuantizeMatMul', [x, levels, scales, NONE, bias ?? NONE], CONTRIB);
  }

  /** Sums of `x` `[1, S, columns]` over blocks of columns. @returns `[1, S, blocks]` */
  blockSums(x: Value, columns: number, blockSize: number): Value {
    return this.#once(`sums of ${x} over ${blockSize}`, () => {
      const cut = this.reshape(x, [1, -1, columns / blockSize, blockSize]);
      return this.graph.node('ReduceSum', [cut, this.int64([-1])], { attributes: { keepdims: 0 } });
    });
  }

  /**
   * x · Wᵀ + bias for a matrix W `[rows, columns]` of floats. WebGPU has no FusedMatMul, and Gemm knows two dimensions only.
   * @param x `[1, S, columns]`
   */
  linear(x: Value, matrix: Value, { rows, columns, bias }: { rows: number; columns: number; bias?: Value | undefined }): Value {
    if (this.#kernels === 'webgpu') {
      const inputs = [this.reshape(x, [-1, columns]), matrix, ...(bias ? [bias] : [])];
      return this.reshape(this.graph.node('Gemm', inputs, { attributes: { transB: 1 } }), [1, -1, rows]);
    }
    const product = this.matMul(x, matrix, { transposeB: true });
    return bias ? this.add(product, bias) : product;
  }

  /** The `count` largest values along the last axis, best first, and of equals the first. @returns them, and int64 where they are */
  largest(x: Value, count: Value): [Value, Value] {
    return this.graph.nodes('TopK', [x, count], { outputs: 2 }) as [Value, Value];
  }

  /**
   * ln Σ exp(x) along the last axis. onnxruntime's own operator for it overflows for large values, and takes five times as long.
   * @param highest the largest of x, `[…, 1]`
   * @returns `[…, 1]`
   */
  logSumExp(x: Value, highest: Value): Value {
    const weights = this.graph.node('Exp', [this.graph.node('Sub', [x, highest])]);
    const total = this.graph.node('ReduceSum', [weights, this.int64([-1])]);
    return this.graph.node('Add', [this.graph.node('Log', [total]), highest]);
  }

  /**
   * Batched matrix product `a · b`. WebGPU has no FusedMatMul; its b has three dimensions.
   * @param options.transposeA a's last two axes are exchanged; not on WebGPU. Likewise `transposeB`
   */
  matMul(a: Value, b: Value, options: { readonly transposeA?: boolean; readonly transposeB?: boolean } = {}): Value {
    if (this.#kernels === 'webgpu') {
      return this.graph.node('MatMul', [a, options.transposeB ? this.transpose(b, [0, 2, 1]) : b]);
    }
    return this.graph.node('FusedMatMul', [a, b], {
      ...CONTRIB,
      attributes: {
        alpha: { float: 1 },
        transA: options.transposeA ? 1 : 0,
        transB: options.transposeB ? 1 : 0,
      },
    });
  }

  /**
   * Root mean square layer normalisation (Zhang and Sennrich 2019), weight · x / sqrt(mean(x²) + epsilon), or layer normalisation
   * (Ba et al. 2016) over the last axis.
   */
  norm(x: Value, { kind, weight, bias, epsilon }: Norm): Value {
    const attributes = { axis: -1, epsilon: { float: epsilon }, stash_type: 1 };
    if (kind === 'layer') return this.graph.node('LayerNormalization', [x, weight, bias ?? NONE], { attributes });
    return this.graph.node('SimplifiedLayerNormalization', [x, weight], { attributes });
  }

  /** Adds `update` to the residual stream; returns the normalised sum and the sum. */
  addAndNorm(residual: Value, update: Value, { kind, weight, bias, epsilon }: Norm): { normed: Value; residual: Value } {
    const inputs = [residual, update, weight, ...(kind === 'layer' ? [bias ?? NONE] : [])];
    const type = kind === 'layer' ? 'SkipLayerNormalization' : 'SkipSimplifiedLayerNormalization';
    const attributes = { epsilon: { float: epsilon } };
    const [normed, , , sum] = this.graph.nodes(type, inputs, { ...CONTRIB, attributes, outputs: 4 });
    return { normed: normed as Value, residual: sum as Value };
  }

  /**
   * Rotary position embedding (Su et al. 2021), halves paired as in Hugging Face checkpoints.
   * @param x `[1, S, heads · head size]`, or `[any, heads, S, head size]`
   * @param size numbers of a head that are rotated
   */
  rotary(x: Value, { cos, sin }: RotaryRows, heads: number, size: number): Value {
    return this.graph.node('RotaryEmbedding', [x, this.int64([0]), cos, sin], {
      ...CONTRIB,
      attributes: { num_heads: heads, rotary_embedding_dim: size },
    });
  }

  activate(x: Value, activation: 'silu' | 'gelu' | 'gelu-tanh' | 'relu'): Value {
    switch (activation) {
      case 'silu':
        return this.graph.node('QuickGelu', [x], { ...CONTRIB, attributes: { alpha: { float: 1 } } });
      case 'gelu':
        return this.graph.node('Gelu', [x], CONTRIB);
      case 'gelu-tanh':
        return this.graph.node('FastGelu', [x], CONTRIB);
      case 'relu':
        return this.graph.node('Relu', [x]);
    }
  }

  /** x · factor */
  scale(x: Value, factor: number): Value {
    return factor === 1 ? x : this.multiply(x, this.float(factor));
  }

  /** cap · tanh(x / cap) */
  softcap(x: Value, cap: number): Value {
    return this.scale(this.graph.node('Tanh', [this.scale(x, 1 / cap)]), cap);
  }

  multiply(a: Value, b: Value): Value {
    return this.graph.node('Mul', [a, b]);
  }

  softmax(x: Value): Value {
    return this.graph.node('Softmax', [x], { attributes: { axis: -1 } });
  }

  add(a: Value, b: Value): Value {
    return this.graph.node('Add', [a, b]);
  }

  concat(values: readonly Value[], axis: number): Value {
    return this.graph.node('Concat', values, { attributes: { axis } });
  }

  /** Cuts `x` along `axis` into parts of the given sizes. */
  split(x: Value, sizes: Value, parts: number, axis: number): Value[] {
    return this.graph.nodes('Split', [x, sizes], { attributes: { axis }, outputs: parts });
  }

  /** One size may be −1: whatever is left. */
  reshape(x: Value, shape: readonly number[]): Value {
    return this.graph.node('Reshape', [x, this.int64(shape)]);
  }

  transpose(x: Value, permutation: readonly number[]): Value {
    return this.graph.node('Transpose', [x], { attributes: { perm: permutation } });
  }

  #once(name: string, make: (name: string) => Value): Value {
    const value = this.#shared.get(name) ?? make(name);
    this.#shared.set(name, value);
    return value;
  }

  #cast(x: Value, type: DataType): Value {
    return this.graph.node('Cast', [x], { attributes: { to: type } });
  }

  /** Positions of `x` `[1, tokens, …]` by number. */
  positions(x: Value, numbers: Value): Value {
    return this.graph.node('Gather', [x, numbers], { attributes: { axis: 1 } });
  }
}
