import { formInBytes, inBytes, unpackBlocks } from '../model/blockMatrix.ts';
import type { Matrix } from '../model/roles.ts';
import type { BlockForm, BlockMatrix, RowRange } from '../model/weights.ts';
import { toFloat16 } from './float16.ts';
import { DataType, type OnnxGraph, type Value } from './onnx.ts';
import type { Accuracy, ActivationType, Operators } from './operators.ts';
import { quantize, quantizeRows, type WeightFormat } from './quantize.ts';
import type { WeightPlan } from './weightPlan.ts';

/** Rows are read so many at a time that they take at most this much memory as float32, in bytes. */
const SLAB_BYTES = 32 * 2 ** 20;

/** The level of 0 in 8-bit blocks without zero points. */
const MIDDLE_LEVEL = 128;

/** How a matrix stands in the graph. */
type Stored = { readonly kind: 'float32' } | { readonly kind: 'int8' } | StoredBlocks;

interface StoredBlocks extends BlockForm {
  readonly kind: 'blocks';
  /** Whether it is rounded from more bits in the file. */
  readonly isRounded: boolean;
}

/** The parts of matrices in blocks, one above the other. */
interface Blocks {
  readonly packed: Value;
  readonly scales: Value;
  readonly zeroPoints?: Value;
  readonly offsets?: Value;
}

/** A matrix that is rounded, and to what. */
export interface RoundedMatrix {
  readonly matrix: Matrix;
  readonly format: WeightFormat;
}

/** Plans where a model's matrices are stored, and adds the products with them to the graph. */
export class WeightWriter {
  readonly #op: Operators;
  readonly #plan: WeightPlan;
  readonly #accuracy: Accuracy;
  readonly #widens: boolean;
  readonly #rounded: RoundedMatrix[] = [];

  /** @param widens whether matrices of nibbles that are multiplied by stand in bytes, see {@link inBytes} */
  constructor(op: Operators, plan: WeightPlan, accuracy: Accuracy, widens = false) {
    this.#op = op;
    this.#plan = plan;
    this.#accuracy = accuracy;
    this.#widens = widens;
  }

  /** Matrices that are rounded to fewer bits than they are stored with. */
  get rounded(): readonly RoundedMatrix[] {
    return this.#rounded;
  }

  /** A vector, kept inside the graph. */
  vector(name: string, values: Float32Array): Value {
    return this.#op.constant(name, [values.length], values);
  }

  /** A float32 table `[rows, columns]`. */
  table(name: string, rows: number, columns: number, read: () => Promise<Float32Array>): Value {
    const bytes = 4 * rows * columns;
    const offset = this.#plan.reserve(bytes);
    this.#plan.add(async (write) => write(offset, await read()));
    return this.#external(name, DataType.float32, [rows, columns], offset, bytes);
  }

  /**
   * x · Wᵀ + b for several matrices with the same input. Matrices stored in the same format become one product, split afterwards.
   * @param x `[1, S, columns]`
   * @param biases one for each matrix; a bias of undefined is zero
   * @returns `[1, S, rows]` for each matrix
   */
  async linears(
    name: string,
    x: Value,
    matrices: readonly Matrix[],
    format: WeightFormat,
    biases: readonly (Float32Array | undefined)[] = [],
  ): Promise<Value[]> {
    const products = await this.products(name, x, matrices, format, biases);
    if (products.length === matrices.length) return products;
    const [product] = products as [Value];
    return this.#op.split(product, this.#op.int64(matrices.map(({ rows }) => rows)), matrices.length, -1);
  }

  /** As {@link linears}, where matrices that are stored alike are not cut: one product `[1, S, all their rows]`, else one for each. */
  async products(
    name: string,
    x: Value,
    matrices: readonly Matrix[],
    format: WeightFormat,
    biases: readonly (Float32Array | undefined)[] = [],
  ): Promise<Value[]> {
    const all = this.#widens ? await Promise.all(matrices.map((matrix) => widened(matrix, format))) : matrices;
    const stored = await Promise.all(all.map((matrix) => howToStore(matrix, format)));
    const [first] = stored as [Stored];
    if (all.length > 1 && stored.every((other) => JSON.stringify(other) === JSON.stringify(first))) {
      return [this.#product(name, x, all, first, format, biases)];
    }
    return all.map((matrix, i) => this.#product(`${name}.${i}`, x, [matrix], stored[i] as Stored, format, [biases[i]]));
  }

  /** As {@link linears}, for one matrix. */
  async linear(name: string, x: Value, matrix: Matrix, format: WeightFormat, bias?: Float32Array): Promise<Value> {
    const [product] = await this.linears(name, x, [matrix], format, [bias]);
    return product as Value;
  }

  /**
   * Rows of an embedding table.
   * @param ids int64 `[1, S]`
   * @param areMany whether S is large, or an input that says so: GatherBlockQuantized takes 2.6 µs for a row of 256 numbers, operators
   *   over all rows .5
   * @returns float32 `[1, S, columns]`
   */
  async embedding(
    name: string,
    ids: Value,
    matrix: Matrix,
    format: WeightFormat,
    areMany: Value | boolean = false,
  ): Promise<Value> {
    const stored = await howToStore(matrix, format);
    const { rows, columns } = matrix;
    if (stored.kind !== 'blocks' || columns % stored.blockSize !== 0) {
      return this.#graph.node('Gather', [this.#floats(name, [matrix]), ids]);
    }
    const parts = this.#blocks(name, [matrix], stored, format, [rows, (columns * stored.bits) / 8], DataType.float32);
    const inputs = [parts.packed, ids, parts.scales, ...(parts.zeroPoints ? [parts.zeroPoints] : [])];
    const lookUp = () =>
      this.#graph.node('GatherBlockQuantized', inputs, {
        domain: 'com.microsoft',
        attributes: { bits: stored.bits, block_size: stored.blockSize, gather_axis: 0, quantize_axis: 1 },
      });
    if (areMany && stored.bits === 8 && !parts.zeroPoints && !parts.offsets) {
      const many = () => this.#manyRows(parts, ids, stored.blockSize, columns);
      return areMany === true
        ? many()
        : (this.#graph.either(
            areMany,
            () => [many()],
            () => [lookUp()],
          )[0] as Value);
    }
    const looked = lookUp();
    if (!parts.offsets) return looked;
    const blocks = columns / stored.blockSize;
    const offsets = this.#op.reshape(this.#graph.node('Gather', [parts.offsets, ids]), [1, -1, blocks, 1]);
    const sum = this.#op.add(this.#op.reshape(looked, [1, -1, blocks, stored.blockSize]), offsets);
    return this.#op.reshape(sum, [1, -1, columns]);
  }

  /** Rows of a table of bytes, as GatherBlockQuantized unpacks them: (level − 128) · scale. */
  #manyRows({ packed, scales }: Blocks, ids: Value, blockSize: number, columns: number): Value {
    const op = this.#op;
    const blocks = columns / blockSize;
    const rows = (table: Value, size: number) => op.reshape(this.#graph.node('Gather', [table, ids]), [1, -1, blocks, size]);
    const levels = op.add(op.floats(rows(packed, blockSize)), op.float(-MIDDLE_LEVEL));
    return op.reshape(op.multiply(levels, rows(scales, 1)), [1, -1, columns]);
  }

  get #graph(): OnnxGraph {
    return this.#op.graph;
  }

  #product(
    name: string,
    x: Value,
    matrices: readonly Matrix[],
    stored: Stored,
    format: WeightFormat,
    biases: readonly (Float32Array | undefined)[],
  ): Value {
    const op = this.#op;
    const rows = rowsOf(matrices);
    const bias = biases.some((part) => part) ? this.vector(`${name}.bias`, joinBiases(matrices, biases)) : undefined;
    const columns = matrices[0]?.columns ?? 0;
    if (stored.kind === 'float32') {
      this.#plan.countMultiplied('floatBytes', 4 * rows * columns);
      return op.linear(x, this.#floats(name, matrices), { rows, columns, bias });
    }
    if (stored.kind === 'int8') {
      this.#plan.countMultiplied('floatBytes', rows * columns);
      const { levels, scales } = this.#integers(name, matrices, rows, columns);
      return op.matMulInt8(x, levels, scales, bias);
    }
    const blocks = Math.ceil(columns / stored.blockSize);
    this.#plan.countMultiplied('scaleBytes', 4 * rows * blocks);
    const dims = [rows, blocks, (stored.blockSize * stored.bits) / 8];
    const parts = this.#blocks(name, matrices, stored, format, dims, op.activations);
    const product = op.matMulBlocks(x, parts, { columns, rows, ...stored, accuracy: this.#accuracy, ...(bias && { bias }) });
    if (!parts.offsets) return product;
    // w = scale · level + offset, so x · w = MatMulNBits + Σ over blocks of offset · (sum of x over the block).
    const sums = op.blockSums(x, columns, stored.blockSize);
    return op.add(product, op.linear(sums, parts.offsets, { rows, columns: blocks }));
  }

  /** Matrices one above the other, as float32 `[rows, columns]`. */
  #floats(name: string, matrices: readonly Matrix[]): Value {
    const rows = rowsOf(matrices);
    const columns = matrices[0]?.columns ?? 0;
    const offset = this.#plan.reserve(4 * rows * columns);
    this.#plan.add(async (write) => {
      let at = offset;
      for (const matrix of matrices) {
        for (const range of slabs(matrix)) {
          const values = await matrix.read(range);
          await write(at, values);
          at += values.byteLength;
        }
      }
    });
    return this.#external(name, DataType.float32, [rows, columns], offset, 4 * rows * columns);
  }

  /** Matrices one above the other, transposed, in 8 bits. A whole one is in memory while it is converted. */
  #integers(name: string, matrices: readonly Matrix[], rows: number, columns: number): { levels: Value; scales: Value } {
    const starts = { levels: this.#plan.reserve(rows * columns), scales: this.#plan.reserve(4 * rows) };
    this.#plan.add(async (write) => {
      const target = { levels: new Int8Array(rows * columns), scales: new Float32Array(rows) };
      let row = 0;
      for (const matrix of matrices) {
        for (const range of slabs(matrix)) {
          quantizeRows(await matrix.read(range), columns, target, row);
          row += range.end - range.start;
        }
      }
      await write(starts.levels, new Uint8Array(target.levels.buffer));
      await write(starts.scales, target.scales);
    });
    return {
      levels: this.#external(name, DataType.int8, [columns, rows], starts.levels, rows * columns),
      scales: this.#external(`${name}.scales`, DataType.float32, [rows], starts.scales, 4 * rows),
    };
  }

  #blocks(
    name: string,
    matrices: readonly Matrix[],
    stored: StoredBlocks,
    format: WeightFormat,
    dims: readonly number[],
    scaleType: ActivationType,
  ): Blocks {
    const { bits, blockSize } = stored;
    const rows = rowsOf(matrices);
    const blocks = Math.ceil((matrices[0]?.columns ?? 0) / blockSize);
    const isHalf = scaleType === DataType.float16;
    const scaleBytes = (isHalf ? 2 : 4) * rows * blocks;
    const sizes = {
      packed: (rows * blocks * blockSize * bits) / 8,
      scales: scaleBytes,
      zeroPoints: stored.hasZeroPoints ? rows * Math.ceil((blocks * bits) / 8) : 0,
      offsets: stored.hasOffsets ? scaleBytes : 0,
    };
    const starts = {
      packed: this.#plan.reserve(sizes.packed),
      scales: this.#plan.reserve(sizes.scales),
      zeroPoints: this.#plan.reserve(sizes.zeroPoints),
      offsets: this.#plan.reserve(sizes.offsets),
    };
    this.#plan.add(async (write) => {
      let row = 0;
      for (const matrix of matrices) {
        for (const range of slabs(matrix)) {
          const slab = await readBlocks(matrix, range, format);
          for (const part of ['packed', 'scales', 'zeroPoints', 'offsets'] as const) {
            const values = slab[part];
            const stored = isHalf && values instanceof Float32Array ? new Uint8Array(toFloat16(values).buffer) : values;
            if (stored && sizes[part] > 0) await write(starts[part] + (row * sizes[part]) / rows, stored);
          }
          row += range.end - range.start;
        }
      }
    });
    if (stored.isRounded) for (const matrix of matrices) this.#rounded.push({ matrix, format });
    const external = (part: keyof typeof sizes, type: DataType, shape: readonly number[]) =>
      this.#external(part === 'packed' ? name : `${name}.${part}`, type, shape, starts[part], sizes[part]);
    return {
      packed: external('packed', DataType.uint8, dims),
      scales: external('scales', scaleType, [rows, blocks]),
      ...(stored.hasZeroPoints && { zeroPoints: external('zeroPoints', DataType.uint8, [rows, Math.ceil((blocks * bits) / 8)]) }),
      ...(stored.hasOffsets && { offsets: external('offsets', scaleType, [rows, blocks]) }),
    };
  }

  #external(name: string, type: DataType, dims: readonly number[], offset: number, bytes: number): Value {
    return this.#graph.external(name, type, dims, this.#plan.location, offset, bytes);
  }
}

/** A matrix in blocks stays as it is; others take the requested format. If float32 is requested, all become float32. */
async function howToStore(matrix: Matrix, format: WeightFormat): Promise<Stored> {
  if (format.kind !== 'blocks') return format;
  const form = await matrix.blockForm();
  if (form) return { kind: 'blocks', ...form, isRounded: false };
  return { ...format, hasZeroPoints: false, hasOffsets: false, isRounded: true };
}

/** A matrix as it stands in the graph, but in bytes where that is in nibbles. */
async function widened(matrix: Matrix, format: WeightFormat): Promise<Matrix> {
  const stored = await howToStore(matrix, format);
  const form = stored.kind === 'blocks' ? formInBytes(stored) : undefined;
  if (!form) return matrix;
  const blocks = async (range = { start: 0, end: matrix.rows }) => inBytes(await readBlocks(matrix, range, format));
  return { ...matrix, blockForm: async () => form, blocks };
}

/** Rows of a matrix in blocks: as they are stored, or else rounded. */
async function readBlocks(matrix: Matrix, range: RowRange, format: WeightFormat): Promise<BlockMatrix> {
  const stored = await matrix.blocks(range);
  if (stored || format.kind !== 'blocks') return stored as BlockMatrix;
  return quantize(await matrix.read(range), range.end - range.start, format.bits, format.blockSize);
}

function rowsOf(matrices: readonly Matrix[]): number {
  return matrices.reduce((sum, { rows }) => sum + rows, 0);
}

function* slabs({ rows, columns }: Matrix): Generator<RowRange> {
  const size = Math.max(1, Math.floor(SLAB_BYTES / (4 * columns)));
  for (let start = 0; start < rows; start += size) yield { start, end: Math.min(rows, start + size) };
}

function joinBiases(matrices: readonly Matrix[], biases: readonly (Float32Array | undefined)[]): Float32Array {
  const joined = new Float32Array(rowsOf(matrices));
  let at = 0;
  for (const [i, { rows }] of matrices.entries()) {
    const bias = biases[i];
    if (bias) joined.set(bias, at);
    at += rows;
  }
  return joined;
}

/** Matrices and rows of each that a rounding error is measured on. */
const SAMPLED_MATRICES = 12;
const SAMPLED_ROWS = 32;

/**
 * How much rounding changes weights: √(Σ(w − w′)² / Σw²) over a sample of the rounded matrices, or undefined if none is rounded.
 * @throws PaddockError as {@link Matrix.read}
 */
export async function roundingError(rounded: readonly RoundedMatrix[]): Promise<number | undefined> {
  if (rounded.length === 0) return undefined;
  let [error, size] = [0, 0];
  for (let i = 0; i < Math.min(SAMPLED_MATRICES, rounded.length); i++) {
    const { matrix, format } = rounded[Math.floor((i * rounded.length) / SAMPLED_MATRICES)] ?? (rounded[i] as RoundedMatrix);
    const range = { start: 0, end: Math.min(SAMPLED_ROWS, matrix.rows) };
    const exact = await matrix.read(range);
    const found = unpackBlocks(await readBlocks(matrix, range, format));
    for (const [at, weight] of exact.entries()) {
      error += (weight - (found[at] as number)) ** 2;
      size += weight ** 2;
    }
  }
  return size === 0 ? 0 : Math.sqrt(error / size);
}
