import { PaddockError } from '../errors.ts';
import { unpackBlocks } from './blockMatrix.ts';
import type { Fields } from './fields.ts';
import type { ModelFile } from './files.ts';
import { type PackedFormat, packedFormat } from './packedFormat.ts';
import type { TensorSource } from './safetensors.ts';
import { rowsOf } from './tensors.ts';
import type { BlockForm, BlockMatrix, RowRange, WeightSource } from './weights.ts';

/** Tensors that stand for one matrix `X.weight`. */
const PARTS = ['qweight', 'qzeros', 'scales', 'g_idx'] as const;

/** One packed matrix, checked: what its parts' shapes say. */
interface Packed {
  readonly stem: string;
  readonly rows: number;
  readonly columns: number;
  readonly groupSize: number;
  readonly groups: number;
}

/** The content of a packed matrix. */
interface Content {
  readonly stem: string;
  /** `[rows, width / 8]` words of eight levels. */
  readonly levels: Uint32Array;
  /** `[groups, rows]`, likewise zeros. */
  readonly scales: Float32Array;
  readonly zeros: Uint8Array;
}

/**
 * The weights of a checkpoint whose matrices GPTQ or AWQ packed into 4 bits, under their usual names. Closing it closes `source`.
 * @param quantization config.json's `quantization_config`
 * @throws PaddockError `unsupported-model` naming another method, number of bits or layout
 */
export function openPackedWeights(source: TensorSource, quantization: Fields): WeightSource {
  return new PackedWeights(source, packedFormat(quantization));
}

class PackedWeights implements WeightSource {
  readonly path: string;
  readonly files: readonly ModelFile[];
  readonly names: readonly string[];
  readonly #source: TensorSource;
  readonly #format: PackedFormat;
  readonly #packed: ReadonlySet<string>;
  /**
   * The matrix last read in part, kept because its packing spreads every row over the whole tensor: the next rows come from the same
   * read.
   */
  #last: Content | undefined;

  constructor(source: TensorSource, format: PackedFormat) {
    this.path = source.path;
    this.files = source.files;
    this.#source = source;
    this.#format = format;
    const stems = source.names.filter((name) => name.endsWith('.qweight')).map((name) => name.slice(0, -'.qweight'.length));
    const parts = new Set(stems.flatMap((stem) => PARTS.map((part) => `${stem}.${part}`)));
    this.#packed = new Set(stems.map((stem) => `${stem}.weight`));
    this.names = [...source.names.filter((name) => !parts.has(name) && !this.#packed.has(name)), ...this.#packed];
  }

  has(name: string): boolean {
    return this.#packed.has(name) || this.#source.has(name);
  }

  shape(name: string): readonly number[] {
    if (!this.#packed.has(name)) return this.#source.shape(name);
    const { rows, columns } = this.#check(name);
    return [rows, columns];
  }

  storedAs(name: string): string {
    return this.#packed.has(name) ? this.#format.name : this.#source.storedAs(name);
  }

  async read(name: string, rows?: RowRange): Promise<Float32Array> {
    if (!this.#packed.has(name)) return this.#source.read(name, rows);
    const packed = this.#check(name);
    const groupOf = await this.#scatter(packed);
    return groupOf ? this.#readScattered(packed, groupOf, rows) : unpackBlocks(await this.#repack(packed, rows));
  }

  async blocks(name: string, rows?: RowRange): Promise<BlockMatrix | undefined> {
    if (!this.#packed.has(name)) return this.#source.blocks(name, rows);
    const packed = this.#check(name);
    return (await this.#scatter(packed)) ? undefined : this.#repack(packed, rows);
  }

  async blockForm(name: string): Promise<BlockForm | undefined> {
    if (!this.#packed.has(name)) return this.#source.blockForm(name);
    const packed = this.#check(name);
    if (await this.#scatter(packed)) return undefined;
    const hasZeroPoints = !isCentred(await this.#zeroPoints(packed));
    return { bits: 4, blockSize: this.#blockSize(packed), hasZeroPoints, hasOffsets: false };
  }

  async close(): Promise<void> {
    this.#last = undefined;
    await this.#source.close();
  }

  async #repack(packed: Packed, range: RowRange | undefined): Promise<BlockMatrix> {
    const { columns, groupSize } = packed;
    const { start, end } = rowsOf(`${packed.stem}.weight`, [packed.rows, columns], range);
    const rows = end - start;
    const blockSize = this.#blockSize(packed);
    const blocks = Math.ceil(columns / blockSize);
    const { levels, ...groups } = await this.#content(packed, blocks * blockSize, range);
    const scales = new Float32Array(rows * blocks);
    const zeroStride = Math.ceil(blocks / 2);
    const zeroPoints = new Uint8Array(rows * zeroStride);
    for (let block = 0; block < blocks; block++) {
      const from = Math.floor((block * blockSize) / groupSize) * packed.rows + start;
      const shift = 4 * (block & 1);
      for (let row = 0; row < rows; row++) {
        scales[row * blocks + block] = groups.scales[from + row] as number;
        const at = row * zeroStride + (block >> 1);
        zeroPoints[at] = (zeroPoints[at] as number) | ((groups.zeros[from + row] as number) << shift);
      }
    }
    const rowBytes = (blocks * blockSize) / 2;
    const bytes = new Uint8Array(levels.buffer, start * rowBytes, rows * rowBytes);
    const matrix: BlockMatrix = { rows, columns, bits: 4, blockSize, packed: bytes, scales };
    return isCentred(groups.zeros) ? matrix : { ...matrix, zeroPoints };
  }

  /** A matrix whose groups were ordered by the size of activations, so that neighbouring columns belong to different groups. */
  async #readScattered(packed: Packed, groupOf: Int32Array, range: RowRange | undefined): Promise<Float32Array> {
    const { stem, rows, columns } = packed;
    const { start, end } = rowsOf(`${stem}.weight`, [rows, columns], range);
    const { levels, scales, zeros } = await this.#content(packed, columns, range);
    const values = new Float32Array((end - start) * columns);
    for (let row = start, at = 0; row < end; row++) {
      for (let column = 0; column < columns; column++, at++) {
        const level = ((levels[(row * columns + column) >> 3] as number) >>> (4 * (column & 7))) & 15;
        const group = (groupOf[column] as number) * rows + row;
        values[at] = (scales[group] as number) * (level - (zeros[group] as number));
      }
    }
    return values;
  }

  /**
   * The whole matrix, kept where only rows of it are asked for.
   * @param width levels of a row: its columns, or more to fill the last block
   */
  async #content(packed: Packed, width: number, range: RowRange | undefined): Promise<Content> {
    const { stem, rows, columns } = packed;
    if (this.#last?.stem === stem) return this.#last;
    const words = await this.#words(`${stem}.qweight`);
    const levels = this.#format.layout.levels(words, rows, columns, width / 8);
    const scales = await this.#source.read(`${stem}.scales`);
    const content = { stem, levels, scales, zeros: await this.#zeroPoints(packed) };
    if (range) this.#last = content;
    return content;
  }

  /** The group of each column, when those of a group are not neighbours. */
  async #scatter({ stem, columns, groupSize, groups }: Packed): Promise<Int32Array | undefined> {
    const name = `${stem}.g_idx`;
    if (!this.#source.has(name)) return undefined;
    const groupOf = await this.#source.integers(name);
    if (
      !(groupOf instanceof Int32Array) ||
      groupOf.length !== columns ||
      !groupOf.every((group) => group >= 0 && group < groups)
    ) {
      throw this.#wrong(stem, 'a g_idx that names no groups of its own');
    }
    return groupOf.every((group, column) => group === Math.floor(column / groupSize)) ? undefined : groupOf;
  }

  /** `[groups, rows]`; the middle where the file has none. */
  async #zeroPoints({ stem, rows, groups }: Packed): Promise<Uint8Array> {
    const name = `${stem}.qzeros`;
    if (!this.#source.has(name)) return new Uint8Array(groups * rows).fill(8);
    return this.#format.layout.zeroPoints(await this.#words(name));
  }

  async #words(name: string): Promise<Uint32Array> {
    const words = await this.#source.integers(name);
    if (words instanceof Int32Array) return new Uint32Array(words.buffer, words.byteOffset, words.length);
    throw new PaddockError('bad-model', `${this.path}: "${name}" is stored as ${this.#source.storedAs(name)}, not as I32.`);
  }

  /** What the shapes of a matrix' parts say. @throws PaddockError `bad-model` when they do not fit together */
  #check(name: string): Packed {
    const stem = name.slice(0, -'.weight'.length);
    const scales = this.#source.shape(`${stem}.scales`);
    const packed = this.#source.shape(`${stem}.qweight`);
    const [groups = 0, rows = 0] = scales;
    const columns = this.#format.layout.columns(packed[0] ?? 0);
    const groupSize = this.#format.groupSize === -1 ? columns : this.#format.groupSize;
    const fits = (part: string, expected: readonly number[]) => {
      const shape = this.#source.shape(`${stem}.${part}`);
      return shape.length === 2 && shape.every((size, i) => size === expected[i]);
    };
    const isWhole = groups > 0 && rows > 0 && columns > 0 && columns % 8 === 0 && groups === Math.ceil(columns / groupSize);
    const isRight =
      isWhole &&
      scales.length === 2 &&
      fits('qweight', this.#format.layout.shape(rows, columns)) &&
      (!this.#source.has(`${stem}.qzeros`) || fits('qzeros', [groups, rows / 8]));
    if (isRight) return { stem, rows, columns, groupSize, groups };
    throw this.#wrong(stem, `parts that do not fit together: qweight [${packed}], scales [${scales}], groups of ${groupSize}`);
  }

  /**
   * The largest block size that the kernels support and that divides a group. A single group may also use blocks that reach beyond the
   * row.
   */
  #blockSize({ stem, columns, groupSize, groups }: Packed): BlockForm['blockSize'] {
    if (groupSize === 256) return 256;
    const size = groups === 1 ? 128 : ([128, 64, 32, 16] as const).find((each) => groupSize % each === 0);
    if (size) return size;
    throw this.#wrong(stem, `groups of ${groupSize} weights in rows of ${columns}`);
  }

  #wrong(stem: string, what: string): PaddockError {
    return new PaddockError('bad-model', `${this.path}: "${stem}" has ${what}. Copy or download the model again.`);
  }
}

/** Whether all zero points equal the default, so that they can be left out. */
function isCentred(zeroPoints: Uint8Array): boolean {
  return zeroPoints.every((zero) => zero === 8);
}
