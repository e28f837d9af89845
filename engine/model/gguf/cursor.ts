/** Thrown when the bytes at hand end before the value; the caller reads more of the file and begins the value again. */
export const MORE = Symbol('more bytes are needed');

/** Reads little-endian values one after another from the beginning of a file. */
export class Cursor {
  at = 0;
  #bytes: Uint8Array = new Uint8Array();
  #view = new DataView<ArrayBufferLike>(this.#bytes.buffer);

  /** Replaces the bytes at hand by a longer beginning of the same file. */
  extend(bytes: Uint8Array): void {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Steps over `length` bytes. @returns where they begin */
  take(length: number): number {
    const start = this.at;
    if (!(start + length <= this.#bytes.length)) throw MORE;
    this.at = start + length;
    return start;
  }

  bytes(length: number): Uint8Array {
    const start = this.take(length);
    return this.#bytes.subarray(start, start + length);
  }

  uint8(): number {
    return this.#view.getUint8(this.take(1));
  }

  int8(): number {
    return this.#view.getInt8(this.take(1));
  }

  uint16(): number {
    return this.#view.getUint16(this.take(2), true);
  }

  int16(): number {
    return this.#view.getInt16(this.take(2), true);
  }

  uint32(): number {
    return this.#view.getUint32(this.take(4), true);
  }

  int32(): number {
    return this.#view.getInt32(this.take(4), true);
  }

  float32(): number {
    return this.#view.getFloat32(this.take(4), true);
  }

  float64(): number {
    return this.#view.getFloat64(this.take(8), true);
  }

  /** Rounded to a double beyond 2^53. */
  uint64(): number {
    return this.uint32() + this.uint32() * 2 ** 32;
  }

  int64(): number {
    return this.uint32() + this.int32() * 2 ** 32;
  }

  /** A length in 64 bits, then as many bytes of UTF-8. */
  string(): string {
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(this.bytes(this.uint64()));
  }

  /**
   * `count` strings. A vocabulary has hundreds of thousands, so their bytes are gathered, decoded at once and cut where UTF-16 counted
   * by the lead bytes says; that is right for valid UTF-8 only, anything else is decoded one by one.
   */
  strings(count: number): string[] {
    const start = this.at;
    let total = 0;
    for (let i = 0; i < count; i++) {
      const length = this.uint64();
      this.take(length);
      total += length;
    }
    const end = this.at;
    this.at = start;
    const gathered = this.#gather(count, total);
    this.at = gathered ? end : start;
    return gathered ?? Array.from({ length: count }, () => this.string());
  }

  #gather(count: number, total: number): string[] | undefined {
    const gathered = new Uint8Array(total);
    const lengths = new Uint32Array(count); // in UTF-16
    for (let i = 0, to = 0; i < count; i++) {
      const length = this.uint64();
      const from = this.take(length);
      let units = 0;
      for (let j = 0; j < length; j++) {
        const byte = this.#bytes[from + j] as number;
        gathered[to++] = byte;
        if ((byte & 0xc0) !== 0x80) units += byte >= 0xf0 ? 2 : 1;
        else if (j === 0) return undefined; // a piece of a character of the string before
      }
      lengths[i] = units;
    }
    const text = decodeStrictly(gathered);
    if (text === undefined) return undefined;
    let end = 0;
    return Array.from(lengths, (length) => {
      end += length;
      return text.slice(end - length, end);
    });
  }
}

function decodeStrictly(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
