/** Longest replacement in bytes: Unicode's longest compatibility mapping (U+FDFA) has 33. */
const LONGEST = 256;

/**
 * A SentencePiece normaliser: the longest match at each place is replaced.
 * The map is a length in bytes, a double-array trie (darts-clone: https://github.com/s-yata/darts-clone) of so many bytes with
 * 32-bit units, and the replacements, each ended by a zero. Where a map is damaged nothing is replaced.
 */
export class CharacterMap {
  readonly #units: DataView;
  readonly #replacements: Uint8Array;

  constructor(bytes: Uint8Array) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const size = bytes.length < 4 ? 0 : Math.min(view.getUint32(0, true), bytes.length - 4);
    const start = Math.min(4, bytes.length);
    this.#units = new DataView(bytes.buffer, bytes.byteOffset + start, size - (size % 4));
    this.#replacements = bytes.subarray(start + size);
  }

  normalize(text: string): string {
    const input = new TextEncoder().encode(text);
    const parts: Uint8Array[] = [];
    let kept = 0;
    for (let at = 0; at < input.length; ) {
      const { length, replacement } = this.#longest(input, at);
      if (replacement) {
        parts.push(input.subarray(kept, at), replacement);
        at += length;
        kept = at;
      } else {
        at += characterLength(input[at] as number);
      }
    }
    if (kept === 0 && parts.length === 0) return text;
    parts.push(input.subarray(kept));
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    return parts.map((part) => decoder.decode(part)).join('');
  }

  #longest(input: Uint8Array, start: number): { length: number; replacement: Uint8Array | undefined } {
    let length = 0;
    let replacement: Uint8Array | undefined;
    let node = offset(this.#unit(0));
    for (let at = start; at < input.length; at++) {
      const byte = input[at] as number;
      if (byte === 0) break;
      node ^= byte;
      const unit = this.#unit(node);
      if ((unit & 0x800000ff) >>> 0 !== byte) break;
      node ^= offset(unit);
      if ((unit >>> 8) & 1) {
        const found = this.#replacement(this.#unit(node) & 0x7fffffff);
        if (found) {
          replacement = found;
          length = at - start + 1;
        }
      }
    }
    return { length, replacement };
  }

  #replacement(at: number): Uint8Array | undefined {
    const end = this.#replacements.subarray(at, at + LONGEST).indexOf(0);
    return end < 0 ? undefined : this.#replacements.subarray(at, at + end);
  }

  /** Zero, which leads nowhere, for an index beyond the end. */
  #unit(index: number): number {
    return index >= 0 && 4 * index + 4 <= this.#units.byteLength ? this.#units.getUint32(4 * index, true) : 0;
  }
}

function offset(unit: number): number {
  return (unit >>> 10) << ((unit & 0x200) >>> 6);
}

function characterLength(first: number): number {
  if (first < 0x80) return 1;
  return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}
