import { DataType, type OnnxGraph, type Value } from './onnx.ts';
import { quantize, type WeightFormat } from './quantize.ts';

const CONTRIB = { domain: 'com.microsoft' } as const;

/** How `MatMulNBits` computes: with activations rounded to int8 per block (fast) or kept in float32 (exact). */
export type Accuracy = 'fast' | 'exact';

/**
 * The operators a decoder is made of, typed. Each method adds nodes to the graph and returns the resulting value.
 * Contrib operators: https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md
 */
export class Operators {
  readonly graph: OnnxGraph;
  readonly accuracy: Accuracy;
  readonly #constants = new Map<string, Value>();

  constructor(graph: OnnxGraph, accuracy: Accuracy) {
    this.graph = graph;
    this.accuracy = accuracy;
  }

  /** An int64 constant, shared by all that ask for the same values. */
  int64(values: readonly number[]): Value {
    const key = values.join('_');
    let constant = this.#constants.get(key);
    if (!constant) {
      constant = this.graph.initializer(`int64_${key}`, DataType.int64, [values.length], BigInt64Array.from(values, BigInt));
      this.#constants.set(key, constant);
    }
    return constant;
  }

  /**
   * `x · Wᵀ`
   * @param x `[…, columns]`
   * @param weights W `[rows, columns]`, as checkpoints store it
   */
  linear(name: string, x: Value, weights: Float32Array, rows: number, format: WeightFormat): Value {
    const columns = weights.length / rows;
    if (format.kind === 'float32') {
      return this.matMul(x, this.graph.initializer(name, DataType.float32, [rows, columns], weights), { transposeB: true });
    }
    const { bits, blockSize } = format;
    const { packed, scales } = quantize(weights, rows, bits, blockSize);
    const blocks = Math.ceil(columns / blockSize);
    const q = this.graph.initializer(name, DataType.uint8, [rows, blocks, (blockSize * bits) / 8], packed);
    const s = this.graph.initializer(`${name}.scales`, DataType.float32, [rows, blocks], scales);
    return this.graph.node('MatMulNBits', [x, q, s], {
      ...CONTRIB,
      attributes: { K: columns, N: rows, bits, block_size: blockSize, accuracy_level: this.accuracy === 'fast' ? 4 : 1 },
    });
  }

  /**
   * Rows of an embedding table.
   * @param ids int64 `[1, tokens]`
   * @param table `[vocabulary, hidden size]`
   * @returns `[1, tokens, hidden size]`
   */
  embedding(name: string, ids: Value, table: Float32Array, vocabulary: number, format: WeightFormat): Value {
    const width = table.length / vocabulary;
    if (format.kind === 'float32' || width % format.blockSize !== 0) {
      return this.graph.node('Gather', [this.graph.initializer(name, DataType.float32, [vocabulary, width], table), ids]);
    }
    const { bits, blockSize } = format;
    const { packed, scales } = quantize(table, vocabulary, bits, blockSize);
    const q = this.graph.initializer(name, DataType.uint8, [vocabulary, (width * bits) / 8], packed);
    const s = this.graph.initializer(`${name}.scales`, DataType.float32, [vocabulary, width / blockSize], scales);
    return this.graph.node('GatherBlockQuantized', [q, ids, s], {
      ...CONTRIB,
      attributes: { bits, block_size: blockSize, gather_axis: 0, quantize_axis: 1 },
    });
  }

  /**
   * Batched matrix product `alpha · a · b`.
   * @param options.transposeB b's last two axes are exchanged
   * @param options.batchInnerB b is `[rows, batch, columns]`: its batch axis stands second, as in a token-major cache
   */
  matMul(
    a: Value,
    b: Value,
    options: { readonly transposeB?: boolean; readonly batchInnerB?: boolean; readonly alpha?: number } = {},
  ): Value {
    return this.graph.node('FusedMatMul', [a, b], {
      ...CONTRIB,
      attributes: {
        alpha: { float: options.alpha ?? 1 },
        transB: options.transposeB ? 1 : 0,
        transBatchB: options.batchInnerB ? 1 : 0,
      },
    });
  }

  /** Root mean square layer normalisation (Zhang and Sennrich 2019): `weight · x / sqrt(mean(x²) + epsilon)`. */
  rmsNorm(x: Value, weight: Value, epsilon: number): Value {
    return this.graph.node('SimplifiedLayerNormalization', [x, weight], {
      attributes: { axis: -1, epsilon: { float: epsilon }, stash_type: 1 },
    });
  }

  /** Adds `update` to the residual stream; returns the normalised sum and the sum. */
  addAndNorm(residual: Value, update: Value, weight: Value, epsilon: number): { normed: Value; residual: Value } {
    const [normed, , , sum] = this.graph.nodes('SkipSimplifiedLayerNormalization', [residual, update, weight], {
      ...CONTRIB,
      attributes: { epsilon: { float: epsilon } },
      outputs: 4,
    });
    return { normed: normed as Value, residual: sum as Value };
  }

  /**
   * Rotary position embedding (Su et al. 2021), halves paired as in Hugging Face checkpoints.
   * @param x `[1, tokens, heads · head size]`
   * @param start int64 `[1]`, position of the first token
   * @param cos `[positions, head size / 2]`, likewise `sin`
   */
  rotary(x: Value, start: Value, cos: Value, sin: Value, heads: number): Value {
    return this.graph.node('RotaryEmbedding', [x, start, cos, sin], { ...CONTRIB, attributes: { num_heads: heads } });
  }

  /** `SiLU(gate) · up`, the gated unit of SwiGLU (Shazeer 2020). */
  siluGate(gate: Value, up: Value): Value {
    const activated = this.graph.node('QuickGelu', [gate], { ...CONTRIB, attributes: { alpha: { float: 1 } } });
    return this.graph.node('Mul', [activated, up]);
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

  /** Positions of `x` `[1, tokens, …]` by number. */
  positions(x: Value, numbers: Value): Value {
    return this.graph.node('Gather', [x, numbers], { attributes: { axis: 1 } });
  }
}
