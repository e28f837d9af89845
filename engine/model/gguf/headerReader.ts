import { PaddockError } from '../../errors.ts';
import type { ModelFile } from '../files.ts';
import { Cursor, MORE } from './cursor.ts';
import { notGguf } from './kinds.ts';
import type { GgufNumbers, GgufValue } from './metadata.ts';

/** What a GGUF file says about one tensor. */
export interface TensorInfo {
  readonly name: string;
  /** Row-major: the file's own order turned round. */
  readonly shape: readonly number[];
  /** ggml's number of the type. */
  readonly type: number;
  /** Bytes from the beginning of the data. */
  readonly offset: number;
}

/** The largest vocabularies make headers of about 20 MB. */
const MAX_HEADER_BYTES = 64 * 2 ** 20;
const FIRST_BYTES = 2 ** 20;
const MAX_DIMENSIONS = 4;
/** Lists in lists are allowed by the format; no model has any. */
const MAX_DEPTH = 4;
/** Elements of lists that are no numbers, pairs and tensors by their memory, over the whole header: several times what any model has. */
const MAX_OBJECTS = 2_000_000;
const STRING = 8;
const ARRAY = 9;
const MAGIC = 0x46554747; // "GGUF"

/** Reads the values of a header one after another, and believes no length before the file is known to be long enough for it. */
export class HeaderReader {
  readonly #file: ModelFile;
  readonly #cursor = new Cursor();
  readonly #firstBytes: number;
  #loaded = 0;
  #objects = 0;

  /** @param firstBytes read at first; each further read is four times as long as all before */
  constructor(file: ModelFile, firstBytes = FIRST_BYTES) {
    this.#file = file;
    this.#firstBytes = firstBytes;
  }

  get at(): number {
    return this.#cursor.at;
  }

  damaged(why: string): PaddockError {
    return new PaddockError('bad-model', `${this.#file.path} is not a whole GGUF file: ${why}. Copy or download it again.`);
  }

  /** Reads one value, and reads it again with more of the file if that ended too early. */
  async step<T>(read: () => T): Promise<T> {
    for (;;) {
      const start = this.#cursor.at;
      try {
        return read();
      } catch (error) {
        if (error !== MORE) throw error;
        this.#cursor.at = start;
        await this.#loadMore();
      }
    }
  }

  async #loadMore(): Promise<void> {
    const { size } = this.#file;
    if (this.#loaded >= size) throw this.damaged(`it ends at byte ${size}, in its header`);
    if (this.#loaded >= MAX_HEADER_BYTES) throw this.damaged('its header has no end');
    this.#cursor.extend(new Uint8Array());
    this.#loaded = Math.min(size, MAX_HEADER_BYTES, Math.max(this.#firstBytes, this.#loaded * 4));
    this.#cursor.extend(await this.#file.read(0, this.#loaded));
  }

  /** @returns the numbers of tensors and of key-value pairs */
  counts(): [tensors: number, values: number] {
    const cursor = this.#cursor;
    const magic = cursor.uint32();
    if (magic !== MAGIC) {
      const what = notGguf(magic);
      if (what !== undefined) throw new PaddockError('bad-model', `${this.#file.path} ${what}.`);
      throw this.damaged('it does not begin with "GGUF"');
    }
    const version = cursor.uint32();
    if (version !== 2 && version !== 3) {
      // Versions are small numbers: one with only upper bytes is in the other byte order.
      const what = version !== 0 && version % 65536 === 0 ? 'is big-endian' : `is of GGUF version ${version}`;
      throw new PaddockError(
        'unsupported-model',
        `${this.#file.path} ${what}; versions 2 and 3, little-endian, are read. Convert the model again, or download a newer file.`,
      );
    }
    return [this.#objectCount(32, 20, 'tensors'), this.#objectCount(13, 4, 'values')];
  }

  pair(): [key: string, value: GgufValue] {
    const key = this.#string();
    return [key, this.#value(this.#cursor.uint32(), 0)];
  }

  tensor(): TensorInfo {
    const name = this.#string();
    const dimensions = this.#cursor.uint32();
    if (dimensions < 1 || dimensions > MAX_DIMENSIONS) throw this.damaged(`"${name}" has ${dimensions} dimensions`);
    const shape = Array.from({ length: dimensions }, () => this.#cursor.uint64()).reverse();
    const weights = shape.reduce((product, size) => product * size, 1);
    if (!Number.isSafeInteger(weights) || weights < 1) throw this.damaged(`"${name}" is [${shape}]`);
    const type = this.#cursor.uint32();
    const offset = this.#cursor.uint64();
    if (!Number.isSafeInteger(offset)) throw this.damaged(`"${name}" begins at byte ${offset}`);
    return { name, shape, type, offset };
  }

  /** A number of values of at least `bytes` bytes each. */
  #count(bytes: number, what: string): number {
    const count = this.#cursor.uint64();
    if (count * bytes <= this.#file.size - this.#cursor.at) return count;
    throw this.damaged(`it would have ${count} ${what}`);
  }

  /** As {@link #count}, for values that take much more memory than they have bytes: that of `objects` short texts each. */
  #objectCount(bytes: number, objects: number, what: string): number {
    const count = this.#count(bytes, what);
    this.#objects += count * objects;
    if (this.#objects > MAX_OBJECTS) throw this.damaged(`it would have ${count} ${what}`);
    return count;
  }

  #string(): string {
    const start = this.#cursor.at;
    this.#count(1, 'bytes of text');
    this.#cursor.at = start;
    return this.#cursor.string();
  }

  #value(type: number, depth: number): GgufValue {
    if (type === STRING) return this.#string();
    if (type === ARRAY) return this.#array(depth);
    return this.#scalar(type);
  }

  #scalar(type: number): number | boolean {
    const cursor = this.#cursor;
    switch (type) {
      case 0:
        return cursor.uint8();
      case 1:
        return cursor.int8();
      case 2:
        return cursor.uint16();
      case 3:
        return cursor.int16();
      case 4:
        return cursor.uint32();
      case 5:
        return cursor.int32();
      case 6:
        return cursor.float32();
      case 7:
        return cursor.uint8() !== 0;
      case 10:
        return cursor.uint64();
      case 11:
        return cursor.int64();
      case 12:
        return cursor.float64();
      default:
        throw this.damaged(`a value is of the unknown type ${type}`);
    }
  }

  #array(depth: number): GgufValue {
    const type = this.#cursor.uint32();
    const numbers = NUMBERS.get(type);
    if (!numbers) return this.#objectList(type, depth);
    const count = this.#count(numbers.bytes, 'numbers in a list');
    const bytes = new Uint8Array(this.#cursor.bytes(count * numbers.bytes));
    if (numbers.make) return numbers.make(bytes.buffer);
    const halves = new DataView(bytes.buffer);
    const high = (at: number) => (type === 10 ? halves.getUint32(at, true) : halves.getInt32(at, true));
    return Float64Array.from({ length: count }, (_, i) => halves.getUint32(8 * i, true) + high(8 * i + 4) * 2 ** 32);
  }

  /** A list of texts, of true and false, or of lists. */
  #objectList(type: number, depth: number): GgufValue {
    const start = this.#objects;
    try {
      const count = this.#objectCount(type === STRING ? 8 : type === ARRAY ? 12 : 1, 1, 'elements in a list');
      if (type === STRING) return this.#cursor.strings(count);
      if (depth === MAX_DEPTH) throw this.damaged('it has lists in lists in lists');
      return Array.from({ length: count }, () => this.#value(type, depth + 1));
    } catch (error) {
      this.#objects = start; // it will be read again
      throw error;
    }
  }
}

interface Numbers {
  readonly bytes: number;
  readonly make?: (buffer: ArrayBuffer) => GgufNumbers;
}

/** Types of numbers by the format's own codes; 64-bit integers become doubles. */
const NUMBERS: ReadonlyMap<number, Numbers> = new Map([
  [0, { bytes: 1, make: (buffer: ArrayBuffer) => new Uint8Array(buffer) }],
  [1, { bytes: 1, make: (buffer: ArrayBuffer) => new Int8Array(buffer) }],
  [2, { bytes: 2, make: (buffer: ArrayBuffer) => new Uint16Array(buffer) }],
  [3, { bytes: 2, make: (buffer: ArrayBuffer) => new Int16Array(buffer) }],
  [4, { bytes: 4, make: (buffer: ArrayBuffer) => new Uint32Array(buffer) }],
  [5, { bytes: 4, make: (buffer: ArrayBuffer) => new Int32Array(buffer) }],
  [6, { bytes: 4, make: (buffer: ArrayBuffer) => new Float32Array(buffer) }],
  [10, { bytes: 8 }],
  [11, { bytes: 8 }],
  [12, { bytes: 8, make: (buffer: ArrayBuffer) => new Float64Array(buffer) }],
] satisfies [number, Numbers][]);
