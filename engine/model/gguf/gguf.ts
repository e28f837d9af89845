import { PaddockError } from '../../errors.ts';
import { unpackBlocks } from '../blockMatrix.ts';
import { allFinite, decodeFloats, isFloatType } from '../elements.ts';
import type { ModelFile } from '../files.ts';
import { chunksOf, matrixOf, overlapping, rowsOf } from '../tensors.ts';
import type { BlockForm, BlockMatrix, RowRange, WeightSource } from '../weights.ts';
import type { BlockFormat, BlockTarget } from './blockFormat.ts';
import type { GgufHeader } from './header.ts';
import type { TensorInfo } from './headerReader.ts';
import { GgufMetadata } from './metadata.ts';
import { type GgufPart, openParts } from './parts.ts';
import { BLOCK_FORMATS, READABLE_TYPES, rowBytes, typeName } from './tensorTypes.ts';

interface Entry {
  readonly file: ModelFile;
  readonly type: string;
  readonly shape: readonly number[];
  /** First byte in the file. */
  readonly start: number;
  /** Bytes of one row; undefined for types that are not read. */
  readonly rowBytes: number | undefined;
}

interface ReadableEntry extends Entry {
  readonly rowBytes: number;
}

/**
 * A GGUF file, versions 2 and 3, with its other parts when it was split (`…-00001-of-00003.gguf`, whichever of them `file` is).
 * Only headers are read. The source closes `file` with itself; so does a failure to open it.
 * @throws PaddockError `bad-model` for a file that is damaged or lacks a part, `unsupported-model` for another version or byte order
 */
export async function openGguf(file: ModelFile): Promise<GgufFile> {
  const opened = new Set([file]);
  try {
    const parts = await openParts(file, opened);
    const entries = new Map<string, Entry>();
    for (const part of parts) addTensors(entries, part.file, part.header);
    return new GgufFile(file.path, parts, entries);
  } catch (error) {
    for (const part of opened) await part.close();
    throw error;
  }
}

function addTensors(entries: Map<string, Entry>, file: ModelFile, { tensors, dataStart }: GgufHeader): void {
  const damaged = (why: string) =>
    new PaddockError('bad-model', `${file.path} is not a whole GGUF file: ${why}. Copy or download it again.`);
  const spans: { name: string; start: number; end: number }[] = [];
  for (const info of tensors) {
    const { name } = info;
    if (entries.has(name)) throw damaged(`another part has the tensor "${name}", too`);
    const entry = entryOf(file, info, dataStart);
    if (Number.isNaN(entry.rowBytes)) {
      throw damaged(`the rows of "${name}" [${info.shape}] are no whole blocks of ${entry.type}`);
    }
    const end = entry.start + (entry.rowBytes ?? 0) * matrixOf(info.shape).rows;
    if (!(end <= file.size))
      throw damaged(`the tensor "${name}" ends at byte ${end}, the file at ${file.size}; it was cut short`);
    entries.set(name, entry);
    spans.push({ name, start: entry.start, end });
  }
  const overlap = overlapping(spans);
  if (overlap) throw damaged(`the tensors "${overlap[0]}" and "${overlap[1]}" lie in the same place`);
}

function entryOf(file: ModelFile, { shape, type, offset }: TensorInfo, dataStart: number): Entry {
  const name = typeName(type);
  return { file, type: name, shape, start: dataStart + offset, rowBytes: rowBytes(name, shape.at(-1) as number) };
}

/** The tensors and the metadata of a GGUF file. Every type that is read in blocks becomes a {@link BlockMatrix} without loss. */
export class GgufFile implements WeightSource {
  readonly path: string;
  readonly metadata: GgufMetadata;
  readonly files: readonly ModelFile[];
  readonly names: readonly string[];
  readonly #entries: ReadonlyMap<string, Entry>;

  constructor(path: string, parts: readonly GgufPart[], entries: ReadonlyMap<string, Entry>) {
    this.path = path;
    this.metadata = new GgufMetadata(parts[0]?.header.metadata ?? new Map(), path);
    this.files = parts.map(({ file }) => file);
    this.names = [...entries.keys()];
    this.#entries = entries;
  }

  has(name: string): boolean {
    return this.#entries.has(name);
  }

  shape(name: string): readonly number[] {
    return this.#entry(name).shape;
  }

  storedAs(name: string): string {
    return this.#entry(name).type;
  }

  async read(name: string, rows?: RowRange): Promise<Float32Array> {
    const entry = this.#readable(name);
    const { type } = entry;
    const format = BLOCK_FORMATS[type];
    const { columns } = matrixOf(entry.shape);
    const range = rowsOf(name, entry.shape, rows);
    const values = new Float32Array((range.end - range.start) * columns);
    for await (const { start, end, bytes } of chunksOf(entry.file, entry.start, entry.rowBytes, range)) {
      const target = values.subarray((start - range.start) * columns, (end - range.start) * columns);
      if (format) unpackBlocks(this.#repack(name, format, bytes, end - start, columns), target);
      else if (!(isFloatType(type) && decodeFloats(type, bytes, target))) throw this.#notNumbers(name);
    }
    return values;
  }

  async blocks(name: string, rows?: RowRange): Promise<BlockMatrix | undefined> {
    const entry = this.#readable(name);
    const format = BLOCK_FORMATS[entry.type];
    if (!format) return undefined;
    const range = rowsOf(name, entry.shape, rows);
    const matrix = emptyMatrix(format, range.end - range.start, matrixOf(entry.shape).columns);
    const blocks = matrix.scales.length / matrix.rows;
    const rowOfPacked = matrix.packed.length / matrix.rows;
    for await (const { start, end, bytes } of chunksOf(entry.file, entry.start, entry.rowBytes, range)) {
      const [first, last] = [start - range.start, end - range.start];
      this.#fill(name, format, bytes, {
        packed: matrix.packed.subarray(first * rowOfPacked, last * rowOfPacked),
        scales: matrix.scales.subarray(first * blocks, last * blocks),
        offsets: (matrix.offsets ?? NONE).subarray(first * blocks, last * blocks),
      });
    }
    return matrix;
  }

  async blockForm(name: string): Promise<BlockForm | undefined> {
    const format = BLOCK_FORMATS[this.#readable(name).type];
    return format && { bits: format.bits, blockSize: format.blockSize, hasZeroPoints: false, hasOffsets: format.hasOffsets };
  }

  async close(): Promise<void> {
    for (const file of this.files) await file.close();
  }

  #repack(name: string, format: BlockFormat, bytes: Uint8Array, rows: number, columns: number): BlockMatrix {
    const matrix = emptyMatrix(format, rows, columns);
    this.#fill(name, format, bytes, { ...matrix, offsets: matrix.offsets ?? NONE });
    return matrix;
  }

  #fill(name: string, format: BlockFormat, bytes: Uint8Array, target: BlockTarget): void {
    format.repack(bytes, bytes.length / format.bytes, target);
    if (!allFinite(target.scales) || !allFinite(target.offsets)) throw this.#notNumbers(name);
  }

  /** The file's description of a tensor of a type that is read: only of such is it known that the file is long enough for it. */
  #readable(name: string): ReadableEntry {
    const entry = this.#entry(name);
    const { type, rowBytes: size } = entry;
    if (size !== undefined) return { ...entry, rowBytes: size };
    throw new PaddockError(
      'unsupported-model',
      `${this.path}: "${name}" is stored as ${type}. Choose a file with other weights; ${READABLE_TYPES} are read.`,
    );
  }

  #notNumbers(name: string): PaddockError {
    return new PaddockError('bad-model', `${this.path}: "${name}" holds values that are not numbers. Copy or download it again.`);
  }

  #entry(name: string): Entry {
    const entry = this.#entries.get(name);
    if (entry) return entry;
    throw new PaddockError('bad-model', `${this.path} has no tensor "${name}". It is damaged, or of a kind that is not known.`);
  }
}

const NONE = new Float32Array();

function emptyMatrix({ bits, blockSize, hasOffsets }: BlockFormat, rows: number, columns: number): BlockMatrix {
  const blocks = columns / blockSize;
  return {
    rows,
    columns,
    bits,
    blockSize,
    packed: new Uint8Array((rows * columns * bits) / 8),
    scales: new Float32Array(rows * blocks),
    ...(hasOffsets ? { offsets: new Float32Array(rows * blocks) } : {}),
  };
}
