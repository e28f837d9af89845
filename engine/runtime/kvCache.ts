import { PaddockError } from '../errors.ts';
import type { DecoderConfig } from '../model/config.ts';
import type { Cache, CacheOptions, SlotRange } from './modelRuntime.ts';
import { type RotaryTables, rotaryTables } from './rotary.ts';

/** Slots of a first allocation. */
const FIRST_CAPACITY = 256;

/**
 * Keys and values of one timeline. Each layer has a buffer `[capacity, KV heads, head size]`, token-major, of which the first `length`
 * slots are valid; a run reads them in place. Capacity doubles on demand up to the window.
 */
export class KvCache implements Cache {
  readonly limit: number;
  /** Rotary tables that this cache's keys carry; undefined where positions are not rotary. */
  readonly tables: RotaryTables | undefined;
  readonly #config: DecoderConfig;
  readonly #keys: Float32Array[];
  readonly #values: Float32Array[];
  /** Floats of one token in one layer. */
  readonly #row: number;
  #positions: Int32Array;
  #capacity: number;
  #length = 0;

  constructor(config: DecoderConfig, options: CacheOptions = {}) {
    this.limit = options.window ?? config.contextLength;
    const { positions } = config;
    if (positions.kind === 'learned' && this.limit > config.contextLength) {
      throw new PaddockError(
        'bad-request',
        `The model learned ${config.contextLength} positions; a window of ${this.limit} tokens is more than it has.`,
      );
    }
    this.tables = positions.kind === 'rotary' ? rotaryTables(positions, this.limit, options.scaling) : undefined;
    this.#config = config;
    this.#row = config.kvHeads * config.headSize;
    this.#capacity = Math.min(FIRST_CAPACITY, this.limit);
    this.#positions = new Int32Array(this.#capacity);
    const allocate = () => Array.from({ length: config.layers }, () => new Float32Array(this.#capacity * this.#row));
    this.#keys = allocate();
    this.#values = allocate();
  }

  get length(): number {
    return this.#length;
  }

  get bytes(): number {
    return 2 * this.#keys.length * this.#capacity * this.#row * Float32Array.BYTES_PER_ELEMENT;
  }

  /** Position of each slot in use. */
  get positions(): Int32Array {
    return this.#positions.subarray(0, this.#length);
  }

  /** Position that follows those in the cache. */
  get nextPosition(): number {
    return this.#length === 0 ? 0 : (this.#positions[this.#length - 1] as number) + 1;
  }

  /**
   * The slots in use of a layer, `[max(1, length), KV heads, head size]`, without a copy. One (meaningless) slot is given even when
   * there is none: onnxruntime's FusedMatMul divides by zero on an empty axis.
   */
  past(layer: number): { keys: Float32Array; values: Float32Array } {
    const end = Math.max(1, this.#length) * this.#row;
    return { keys: buffer(this.#keys, layer).subarray(0, end), values: buffer(this.#values, layer).subarray(0, end) };
  }

  /** Adds the keys and values of new tokens, `[tokens, KV heads, head size]` for each layer. */
  append(positions: readonly number[], layers: readonly { keys: Float32Array; values: Float32Array }[]): void {
    this.#reserve(this.#length + positions.length);
    const offset = this.#length * this.#row;
    for (const [layer, { keys, values }] of layers.entries()) {
      buffer(this.#keys, layer).set(keys, offset);
      buffer(this.#values, layer).set(values, offset);
    }
    this.#positions.set(positions, this.#length);
    this.#length += positions.length;
  }

  truncate(length: number): void {
    this.#length = Math.min(this.#length, length);
  }

  keep(slots: readonly SlotRange[]): void {
    let to = 0;
    for (const { start, end } of slots) {
      this.#move(start, end, to);
      to += end - start;
    }
    this.#length = to;
  }

  discard({ start, end }: SlotRange): void {
    const moved = end - start;
    this.#turnBack(end, moved);
    this.#move(end, this.#length, start);
    this.#length -= moved;
    for (let slot = start; slot < this.#length; slot++) this.#positions[slot] = (this.#positions[slot] as number) - moved;
  }

  dispose(): void {
    this.#length = 0;
    this.#keys.length = 0;
    this.#values.length = 0;
  }

  #move(start: number, end: number, to: number): void {
    if (start === to) return;
    for (const held of [...this.#keys, ...this.#values]) held.copyWithin(to * this.#row, start * this.#row, end * this.#row);
    this.#positions.copyWithin(to, start, end);
  }

  /** Turns the keys from slot `first` on back by so many positions. The rotation of a sum of angles is exact, nothing is computed again. */
  #turnBack(first: number, positions: number): void {
    const { positions: kind, kvHeads, headSize } = this.#config;
    if (kind.kind === 'alibi') return;
    if (kind.kind === 'learned' || !this.tables) {
      throw new PaddockError('bad-request', 'The positions of this model are learned one by one; its context cannot slide.');
    }
    const { frequencies, keyDecay } = this.tables;
    const half = kind.size / 2;
    const cos = Float64Array.from(
      frequencies,
      (frequency, i) => Math.cos(positions * frequency) / (keyDecay[i] as number) ** positions,
    );
    const sin = Float64Array.from(
      frequencies,
      (frequency, i) => -Math.sin(positions * frequency) / (keyDecay[i] as number) ** positions,
    );
    for (let layer = 0; layer < this.#keys.length; layer++) {
      if (kind.layersWithout.has(layer)) continue;
      const keys = buffer(this.#keys, layer);
      for (let head = first * kvHeads; head < this.#length * kvHeads; head++) {
        for (let i = 0; i < half; i++) {
          const at = head * headSize + i;
          const a = keys[at] as number;
          const b = keys[at + half] as number;
          keys[at] = a * (cos[i] as number) - b * (sin[i] as number);
          keys[at + half] = b * (cos[i] as number) + a * (sin[i] as number);
        }
      }
    }
  }

  #reserve(length: number): void {
    if (length <= this.#capacity) return;
    this.#capacity = Math.min(this.limit, Math.max(length, 2 * this.#capacity));
    for (const buffers of [this.#keys, this.#values]) {
      for (const [layer, old] of buffers.entries()) {
        const grown = new Float32Array(this.#capacity * this.#row);
        grown.set(old);
        buffers[layer] = grown;
      }
    }
    const positions = new Int32Array(this.#capacity);
    positions.set(this.#positions);
    this.#positions = positions;
  }
}

function buffer(buffers: readonly Float32Array[], layer: number): Float32Array {
  return buffers[layer] as Float32Array;
}
