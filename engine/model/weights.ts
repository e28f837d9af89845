import type { ModelFile } from './files.ts';

/**
 * Rows `[start, end)` of a matrix. A tensor of more than two dimensions counts as the matrix of all its rows, one after another:
 * `[experts, rows, columns]` has experts · rows of them. A vector is one row.
 */
export interface RowRange {
  readonly start: number;
  readonly end: number;
}

/** What blocks a matrix is stored in. */
export interface BlockForm {
  /** Bits of one level. */
  readonly bits: 4 | 8;
  /** Weights of one row that form a block; the last block of a row may reach beyond the columns. */
  readonly blockSize: 16 | 32 | 64 | 128 | 256;
  readonly hasZeroPoints: boolean;
  readonly hasOffsets: boolean;
}

/**
 * A matrix stored in blocks along its columns, in the layout of onnxruntime's `MatMulNBits`:
 * weight = scale · (level − zero point) + offset, where scale, zero point and offset belong to the weight's block.
 */
export interface BlockMatrix extends Pick<BlockForm, 'bits' | 'blockSize'> {
  readonly rows: number;
  readonly columns: number;
  /** Levels, `[rows, blocks, blockSize · bits / 8]`; at 4 bits the low nibble comes first. */
  readonly packed: Uint8Array;
  /** `[rows, blocks]` */
  readonly scales: Float32Array;
  /** `[rows, ⌈blocks · bits / 8⌉]`, packed as the levels are; 2^(bits−1) everywhere where absent. */
  readonly zeroPoints?: Uint8Array;
  /** `[rows, blocks]`; 0 everywhere where absent. */
  readonly offsets?: Float32Array;
}

/** Named tensors of a model on disk, read one at a time so that the whole is never in memory as float32. */
export interface WeightSource {
  /** For messages: the file or folder. */
  readonly path: string;
  /** The files it reads; conversions are keyed by their content. */
  readonly files: readonly ModelFile[];
  readonly names: readonly string[];
  has(name: string): boolean;
  /** Row-major, as in PyTorch: `[rows, columns]` for a matrix. @throws PaddockError `bad-model` when there is no such tensor */
  shape(name: string): readonly number[];
  /** How the tensor is stored, in the format's own word: `F32`, `BF16`, `Q4_K`, `GPTQ 4-bit`. */
  storedAs(name: string): string;
  /**
   * The tensor as float32, row-major.
   * @param rows only these rows; no other bytes are read where the format keeps rows together
   * @throws PaddockError `bad-model` when it is missing, cut short, or holds values that are not numbers;
   *   `unsupported-model` when it is stored in a way that is not read
   */
  read(name: string, rows?: RowRange): Promise<Float32Array>;
  /**
   * A matrix that is stored in blocks, as it is stored, without loss up to float32 rounding; undefined when it is stored otherwise.
   * Every block type of GGUF that is read can be had so, the non-linear tables of IQ4 and MXFP4 included, as can GPTQ and AWQ; not so
   * GPTQ matrices whose groups are no neighbours (`desc_act`), which only {@link read} gives.
   * @param rows only these rows, as in {@link read}; the matrix then has no others
   * @throws PaddockError as {@link read}
   */
  blocks(name: string, rows?: RowRange): Promise<BlockMatrix | undefined>;
  /** What {@link blocks} would give, without reading the levels. @throws PaddockError as {@link read} */
  blockForm(name: string): Promise<BlockForm | undefined>;
  close(): Promise<void>;
}
