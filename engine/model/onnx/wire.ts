import { PaddockError } from '../../errors.ts';
import type { ModelFile } from '../files.ts';

/** One field of a protobuf message. */
export interface WireField {
  readonly number: number;
  /** 0 varint, 1 eight bytes, 2 length-delimited, 5 four bytes. */
  readonly wire: number;
  /** Of a varint, as an unsigned number; infinite beyond 2^53. */
  readonly value: number;
  /** First and one-past-last byte of what the field holds. */
  readonly start: number;
  readonly end: number;
}

/** Bytes read from the file at once. What a field holds is skipped unless somebody asks for it. */
const WINDOW_BYTES = 64 * 1024;
/** A tag and a length or number take at most so many bytes. */
const MAX_HEAD_BYTES = 20;
/** Graphs with thousands of nodes have far fewer fields; a file of nothing but fields must not keep the engine busy. */
const MAX_FIELDS = 400_000;
/** Names and the like. */
const MAX_TEXT_BYTES = 64 * 1024;

/**
 * Walks through a protobuf file (https://protobuf.dev/programming-guides/encoding/) from its disk, so that a file of gigabytes costs no
 * more memory than its names.
 */
export class WireReader {
  readonly file: ModelFile;
  #window = new Uint8Array();
  #windowStart = 0;
  #fields = 0;

  constructor(file: ModelFile) {
    this.file = file;
  }

  /**
   * The fields of the message that stands in bytes `[start, end)`, in their order.
   * @throws PaddockError `bad-model` when the bytes are no message
   */
  async *message({ start, end }: Pick<WireField, 'start' | 'end'>): AsyncGenerator<WireField> {
    for (let at = start; at < end; ) {
      if (!this.#has(at, Math.min(end, at + MAX_HEAD_BYTES))) await this.#load(at);
      const field = this.#field(at, end);
      yield field;
      at = field.end;
    }
  }

  /** The text a length-delimited field holds. */
  async text(field: WireField): Promise<string> {
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(await this.bytes(field, MAX_TEXT_BYTES));
  }

  /** The whole numbers of a repeated field, packed or one by one. */
  async numbers(field: WireField): Promise<number[]> {
    if (field.wire === 0) return [field.value];
    const bytes = await this.bytes(field, MAX_TEXT_BYTES);
    const numbers: number[] = [];
    for (let at = 0; at < bytes.length; ) {
      const { value, next } = this.#varint(bytes, at, 10);
      numbers.push(value);
      at = next;
    }
    return numbers;
  }

  /** The number that four bytes hold. */
  async float(field: WireField): Promise<number> {
    const { buffer, byteOffset } = await this.bytes(field, 4);
    return new DataView(buffer, byteOffset).getFloat32(0, true);
  }

  /** What a field holds. @throws PaddockError `bad-model` beyond `limit` bytes */
  async bytes({ start, end }: WireField, limit: number): Promise<Uint8Array> {
    if (end - start > limit) throw this.damaged(`a field at byte ${start} is ${end - start} bytes long`);
    if (this.#has(start, end)) return this.#window.slice(start - this.#windowStart, end - this.#windowStart);
    return this.file.read(start, end - start);
  }

  damaged(why: string): PaddockError {
    return new PaddockError('bad-model', `${this.file.path} is not a whole ONNX file: ${why}. Copy or download it again.`);
  }

  #has(start: number, end: number): boolean {
    return start >= this.#windowStart && end <= this.#windowStart + this.#window.length;
  }

  async #load(start: number): Promise<void> {
    this.#window = await this.file.read(start, Math.min(WINDOW_BYTES, this.file.size - start));
    this.#windowStart = start;
  }

  /** The field whose head is at byte `at` of the file; that much is in the window. */
  #field(at: number, end: number): WireField {
    if (++this.#fields > MAX_FIELDS) throw this.damaged(`it has more than ${MAX_FIELDS} fields`);
    const offset = this.#windowStart;
    const tag = this.#varint(this.#window, at - offset, 5);
    const [number, wire] = [Math.floor(tag.value / 8), tag.value % 8];
    const head = tag.next + offset;
    let field: WireField;
    if (wire === 0) {
      const { value, next } = this.#varint(this.#window, tag.next, 10);
      field = { number, wire, value, start: head, end: next + offset };
    } else if (wire === 2) {
      const { value, next } = this.#varint(this.#window, tag.next, 5);
      field = { number, wire, value: Number.NaN, start: next + offset, end: next + offset + value };
    } else if (wire === 1 || wire === 5) {
      field = { number, wire, value: Number.NaN, start: head, end: head + (wire === 1 ? 8 : 4) };
    } else {
      throw this.damaged(`byte ${at} starts no field`);
    }
    if (number === 0 || number >= 2 ** 29) throw this.damaged(`byte ${at} starts no field`);
    if (field.end > end) throw this.damaged(`a field at byte ${at} ends at byte ${field.end}, what holds it at ${end}`);
    return field;
  }

  #varint(bytes: Uint8Array, at: number, limit: number): { value: number; next: number } {
    let value = 0;
    let scale = 1;
    for (let i = at; i < at + limit; i++) {
      const byte = bytes[i];
      if (byte === undefined) throw this.damaged('it ends within a number');
      value += (byte & 127) * scale;
      scale *= 128;
      if (byte < 128) return { value: Number.isSafeInteger(value) ? value : Number.POSITIVE_INFINITY, next: i + 1 };
    }
    throw this.damaged('a number in it is too long');
  }
}
