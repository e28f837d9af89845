import { PaddockError } from '../errors.ts';
import { bufferOf, decodeFloats, FLOAT_BYTES, isFloatType } from './elements.ts';
import type { ModelFile } from './files.ts';
import { isJsonObject, parseJson } from './parseJson.ts';
import { chunksOf, matrixOf, overlapping, rowsOf } from './tensors.ts';
import type { RowRange, WeightSource } from './weights.ts';

/** Whole numbers as a file holds them: I32, U8 and BOOL, or I64. */
export type Integers = Int32Array | Uint8Array | BigInt64Array;

/** Tensors some of which are whole numbers: packed weights, masks. */
export interface TensorSource extends WeightSource {
  /**
   * A tensor of I32, U8, BOOL or I64 as it is stored.
   * @throws PaddockError `bad-model` for a tensor that is missing or of another type
   */
  integers(name: string): Promise<Integers>;
}

interface Entry {
  /** The format's own word. */
  readonly type: string;
  readonly shape: readonly number[];
  /** First and one-past-last byte in the file. */
  readonly start: number;
  readonly end: number;
}

const ELEMENT_BYTES: Readonly<Record<string, number>> = {
  ...FLOAT_BYTES,
  F64: 8,
  I64: 8,
  I32: 4,
  I16: 2,
  I8: 1,
  U64: 8,
  U32: 4,
  U16: 2,
  U8: 1,
  BOOL: 1,
  F8_E4M3: 1,
  F8_E5M2: 1,
};

/** A tenth of the format's own limit, and many times what the largest models need. */
const MAX_HEADER_BYTES = 10_000_000;

/**
 * The tensors of one safetensors file (https://huggingface.co/docs/safetensors): eight bytes of header length, a JSON header, the data.
 * F32, F16 and BF16 are read; each tensor is read from disk when it is asked for. The source closes `file` with
 * itself; so does a failure to open it.
 * @throws PaddockError `bad-model` for a file that is cut short or not of this format
 */
export async function openSafetensors(file: ModelFile): Promise<SafetensorsFile> {
  try {
    return new SafetensorsFile(file, ...(await readHeader(file)));
  } catch (error) {
    await file.close();
    throw error;
  }
}

type Metadata = Readonly<Record<string, unknown>>;

async function readHeader(file: ModelFile): Promise<[entries: Map<string, Entry>, metadata: Metadata]> {
  const damaged = (why: string) =>
    new PaddockError('bad-model', `${file.path} is not a whole safetensors file: ${why}. Copy or download it again.`);
  if (file.size < 8) throw damaged(`it has only ${file.size} bytes`);
  const length = Number(new DataView(bufferOf(await file.read(0, 8))).getBigUint64(0, true));
  if (length > MAX_HEADER_BYTES || 8 + length > file.size) throw damaged(`its header would be ${length} bytes long`);
  const header = parseHeader(await file.read(8, length));
  if (!header) throw damaged('its header is not JSON');

  const entries = new Map<string, Entry>();
  for (const [name, value] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const entry = parseEntry(value, 8 + length);
    if (!entry) throw damaged(`its header describes the tensor "${name}" wrongly`);
    if (entry.end > file.size) {
      throw damaged(`the tensor "${name}" ends at byte ${entry.end}, the file at ${file.size}; it was cut short`);
    }
    entries.set(name, entry);
  }
  const overlap = overlapping([...entries].map(([name, { start, end }]) => ({ name, start, end })));
  if (overlap) throw damaged(`the tensors "${overlap[0]}" and "${overlap[1]}" lie in the same place`);
  const metadata = header.__metadata__;
  return [entries, isJsonObject(metadata) ? metadata : {}];
}

export class SafetensorsFile implements TensorSource {
  readonly path: string;
  readonly files: readonly ModelFile[];
  readonly names: readonly string[];
  /** What the writer says of the file. */
  readonly metadata: Metadata;
  readonly #file: ModelFile;
  readonly #entries: ReadonlyMap<string, Entry>;

  constructor(file: ModelFile, entries: ReadonlyMap<string, Entry>, metadata: Metadata) {
    this.path = file.path;
    this.files = [file];
    this.names = [...entries.keys()];
    this.metadata = metadata;
    this.#file = file;
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
    const { type, shape, start } = this.#entry(name);
    if (!isFloatType(type)) {
      throw new PaddockError(
        'unsupported-model',
        `${this.path}: "${name}" is stored as ${type}; weights in F32, F16 and BF16 are read, and packed ones of GPTQ and AWQ.`,
      );
    }
    const { columns } = matrixOf(shape);
    const range = rowsOf(name, shape, rows);
    const values = new Float32Array((range.end - range.start) * columns);
    const rowBytes = columns * FLOAT_BYTES[type];
    for await (const chunk of chunksOf(this.#file, start, rowBytes, range)) {
      const target = values.subarray((chunk.start - range.start) * columns, (chunk.end - range.start) * columns);
      if (decodeFloats(type, chunk.bytes, target)) continue;
      throw new PaddockError(
        'bad-model',
        `${this.path}: "${name}" holds values that are not numbers. Copy or download it again.`,
      );
    }
    return values;
  }

  /** Nothing in this format is stored in blocks; layouts that pack blocks into whole numbers are read by others. */
  async blocks(): Promise<undefined> {
    return undefined;
  }

  async blockForm(): Promise<undefined> {
    return undefined;
  }

  async integers(name: string): Promise<Integers> {
    const { type, start, end } = this.#entry(name);
    const read = async () => bufferOf(await this.#file.read(start, end - start));
    if (type === 'I32') return new Int32Array(await read());
    if (type === 'U8' || type === 'BOOL') return new Uint8Array(await read());
    if (type === 'I64') return new BigInt64Array(await read());
    throw new PaddockError('bad-model', `${this.path}: "${name}" is stored as ${type}, where whole numbers are expected.`);
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  #entry(name: string): Entry {
    const entry = this.#entries.get(name);
    if (entry) return entry;
    throw new PaddockError('bad-model', `${this.path} has no tensor "${name}". It is not the model its config.json describes.`);
  }
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> | undefined {
  try {
    const header: unknown = parseJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return isJsonObject(header) ? header : undefined;
  } catch {
    return undefined;
  }
}

function parseEntry(value: unknown, dataStart: number): Entry | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { dtype, shape, data_offsets: offsets } = value as Record<string, unknown>;
  if (typeof dtype !== 'string' || !isCounts(shape) || !isCounts(offsets) || offsets.length !== 2) return undefined;
  const [start, end] = offsets as [number, number];
  const size = Object.hasOwn(ELEMENT_BYTES, dtype) ? ELEMENT_BYTES[dtype] : undefined;
  const { rows, columns } = matrixOf(shape);
  if (end < start || !Number.isSafeInteger(rows * columns)) return undefined;
  if (size !== undefined && end - start !== rows * columns * size) return undefined;
  return { type: dtype, shape, start: dataStart + start, end: dataStart + end };
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
}
