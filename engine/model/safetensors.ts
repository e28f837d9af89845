import { PaddockError } from '../errors.ts';
import type { ModelFile } from './files.ts';
import type { WeightSource } from './weights.ts';

interface Entry {
  readonly type: ElementType;
  readonly shape: readonly number[];
  /** First and one-past-last byte in the file. */
  readonly start: number;
  readonly end: number;
}

const ELEMENT_BYTES = { F32: 4, F16: 2, BF16: 2 } as const;
type ElementType = keyof typeof ELEMENT_BYTES;

/** The format's own limit for the header, in bytes. */
const MAX_HEADER_BYTES = 100_000_000;

/**
 * The tensors of one safetensors file (https://huggingface.co/docs/safetensors): eight bytes of header length, a JSON header, the data.
 * F32, F16 and BF16 are read; each tensor is read from disk when it is asked for.
 * @throws PaddockError `bad-model` for a file that is cut short or not of this format, `unsupported-model` for other element types
 */
export async function openSafetensors(file: ModelFile): Promise<SafetensorsFile> {
  const damaged = (why: string) =>
    new PaddockError('bad-model', `${file.path} is not a whole safetensors file: ${why}. Copy or download it again.`);
  if (file.size < 8) throw damaged(`it has only ${file.size} bytes`);
  const length = Number(new DataView((await file.read(0, 8)).buffer).getBigUint64(0, true));
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
  return new SafetensorsFile(file, entries);
}

export class SafetensorsFile implements WeightSource {
  readonly #file: ModelFile;
  readonly #entries: ReadonlyMap<string, Entry>;

  constructor(file: ModelFile, entries: ReadonlyMap<string, Entry>) {
    this.#file = file;
    this.#entries = entries;
  }

  get names(): string[] {
    return [...this.#entries.keys()];
  }

  /** Number of weights over all tensors. */
  get parameters(): number {
    let sum = 0;
    for (const { shape } of this.#entries.values()) sum += product(shape);
    return sum;
  }

  /** How many tensors there are of each element type. */
  get elementTypes(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { type } of this.#entries.values()) counts[type] = (counts[type] ?? 0) + 1;
    return counts;
  }

  shape(name: string): readonly number[] {
    return this.#entry(name).shape;
  }

  async read(name: string): Promise<Float32Array> {
    const { type, start, end } = this.#entry(name);
    if (!(type in ELEMENT_BYTES)) {
      throw new PaddockError(
        'unsupported-model',
        `${this.#file.path}: "${name}" is stored as ${type}; F32, F16 and BF16 are read.`,
      );
    }
    const values = toFloat32(type, (await this.#file.read(start, end - start)).buffer);
    if (values.every(Number.isFinite)) return values;
    throw new PaddockError(
      'bad-model',
      `${this.#file.path}: "${name}" holds values that are not numbers. Copy or download it again.`,
    );
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  #entry(name: string): Entry {
    const entry = this.#entries.get(name);
    if (entry) return entry;
    throw new PaddockError(
      'bad-model',
      `${this.#file.path} has no tensor "${name}". It is not the model its config.json describes.`,
    );
  }
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> | undefined {
  try {
    const header: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return typeof header === 'object' && header !== null && !Array.isArray(header) ? { ...header } : undefined;
  } catch {
    return undefined;
  }
}

function parseEntry(value: unknown, dataStart: number): Entry | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { dtype, shape, data_offsets: offsets } = value as Record<string, unknown>;
  if (typeof dtype !== 'string' || !isCounts(shape) || !isCounts(offsets) || offsets.length !== 2) return undefined;
  const [start, end] = offsets as [number, number];
  const type = dtype as ElementType;
  const size = ELEMENT_BYTES[type];
  if (end < start || (size !== undefined && end - start !== product(shape) * size)) return undefined;
  return { type, shape, start: dataStart + start, end: dataStart + end };
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
}

function product(shape: readonly number[]): number {
  return shape.reduce((size, dim) => size * dim, 1);
}

function toFloat32(type: ElementType, bytes: ArrayBuffer): Float32Array {
  if (type === 'F32') return new Float32Array(bytes);
  return type === 'BF16' ? fromBfloat16(new Uint16Array(bytes)) : fromFloat16(new Uint16Array(bytes));
}

/** A bfloat16 is the upper half of a float32. */
function fromBfloat16(halves: Uint16Array): Float32Array {
  const bits = new Uint32Array(halves.length);
  for (let i = 0; i < halves.length; i++) bits[i] = (halves[i] as number) << 16;
  return new Float32Array(bits.buffer);
}

/**
 * IEEE 754 binary16: the exponent is re-biased by a multiplication, which also handles subnormal numbers. Infinity and NaN, which no
 * weight may be, become NaN.
 */
function fromFloat16(halves: Uint16Array): Float32Array {
  const bits = new Uint32Array(halves.length);
  for (let i = 0; i < halves.length; i++) bits[i] = ((halves[i] as number) & 0x7fff) << 13;
  const values = new Float32Array(bits.buffer);
  for (let i = 0; i < halves.length; i++) {
    const half = halves[i] as number;
    const isNumber = (half & 0x7c00) !== 0x7c00;
    values[i] = isNumber ? (half & 0x8000 ? -1 : 1) * (values[i] as number) * 2 ** 112 : Number.NaN;
  }
  return values;
}
