import type { DecoderConfig } from '../model/config.ts';

/** Tokens of a first allocation. */
const FIRST_CAPACITY = 256;

/**
 * Keys and values of one timeline. Each layer has a buffer `[capacity, KV heads, head size]`, token-major, of which the first `length`
 * tokens are valid; a run reads them in place. Capacity doubles on demand up to the context length.
 */
export class KvCache {
  readonly #keys: Float32Array[];
  readonly #values: Float32Array[];
  /** Floats of one token in one layer. */
  readonly #row: number;
  readonly #limit: number;
  #capacity: number;
  #length = 0;

  constructor(config: DecoderConfig) {
    this.#row = config.kvHeads * config.headSize;
    this.#limit = config.contextLength;
    this.#capacity = Math.min(FIRST_CAPACITY, config.contextLength);
    const allocate = () => Array.from({ length: config.layers }, () => new Float32Array(this.#capacity * this.#row));
    this.#keys = allocate();
    this.#values = allocate();
  }

  /** Tokens in the cache. */
  get length(): number {
    return this.#length;
  }

  /** Tokens that fit, at most. */
  get limit(): number {
    return this.#limit;
  }

  /** Bytes held. */
  get bytes(): number {
    return 2 * this.#keys.length * this.#capacity * this.#row * Float32Array.BYTES_PER_ELEMENT;
  }

  /**
   * The first tokens of a layer, `[max(1, length), KV heads, head size]`, without a copy. One (meaningless) token is given even when
   * there is none: onnxruntime's FusedMatMul divides by zero on an empty axis.
   */
  past(layer: number): { keys: Float32Array; values: Float32Array } {
    const end = Math.max(1, this.#length) * this.#row;
    return { keys: this.#layer(this.#keys, layer).subarray(0, end), values: this.#layer(this.#values, layer).subarray(0, end) };
  }

  /** Adds the keys and values of new tokens, `[tokens, KV heads, head size]` for each layer. */
  append(tokens: number, layers: readonly { keys: Float32Array; values: Float32Array }[]): void {
    this.#reserve(this.#length + tokens);
    const offset = this.#length * this.#row;
    for (const [layer, { keys, values }] of layers.entries()) {
      this.#layer(this.#keys, layer).set(keys, offset);
      this.#layer(this.#values, layer).set(values, offset);
    }
    this.#length += tokens;
  }

  /** Forgets all but the first `length` tokens. */
  truncate(length: number): void {
    this.#length = Math.min(this.#length, length);
  }

  #layer(buffers: readonly Float32Array[], layer: number): Float32Array {
    return buffers[layer] as Float32Array;
  }

  #reserve(length: number): void {
    if (length <= this.#capacity) return;
    this.#capacity = Math.min(this.#limit, Math.max(length, 2 * this.#capacity));
    for (const buffers of [this.#keys, this.#values]) {
      for (const [layer, old] of buffers.entries()) {
        const grown = new Float32Array(this.#capacity * this.#row);
        grown.set(old);
        buffers[layer] = grown;
      }
    }
  }
}
