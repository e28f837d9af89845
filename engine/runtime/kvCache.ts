import { PaddockError } from '../errors.ts';
import type { DecoderConfig } from '../model/config.ts';
import type { Cache, CacheOptions, SlotRange } from './modelRuntime.ts';
import { cachePositions, type RotaryTables } from './rotary.ts';
import { type SteeringRows, steeringRows } from './steering.ts';

/** Slots are allocated in steps of this many. */
const STEP = 64;

/**
 * Keys and values of one timeline. Each layer has a buffer `[KV heads, slots, head size]`, head-major, so that a head is read in one go;
 * the first `length` slots of each head are valid. A run reads all slots in place and masks the unused ones, so there are only a few more
 * slots than tokens; heads are moved when that changes much. Buffers grow in place, in address space reserved for a full window, so a
 * growing cache is never copied.
 */
export class KvCache implements Cache {
  readonly limit: number;
  /** Rotary tables that this cache's keys carry; undefined where positions are not rotary. */
  readonly tables: RotaryTables | undefined;
  /** The steering this cache's tokens are run with; undefined for none. */
  readonly steering: SteeringRows | undefined;
  readonly #config: DecoderConfig;
  /** A layer's keys, then its values, layer by layer. */
  readonly #buffers: Float32Array[];
  readonly #positions: Int32Array;
  #slots: number;
  #length = 0;

  constructor(config: DecoderConfig, options: CacheOptions = {}) {
    const { limit, tables } = cachePositions(config, options);
    this.limit = limit;
    this.tables = tables;
    this.steering = steeringRows(config, options.steering);
    this.#config = config;
    this.#slots = this.#slotsFor(0);
    this.#positions = new Int32Array(this.limit);
    this.#buffers = Array.from({ length: 2 * config.layers }, () => new Float32Array(this.#reserve()));
  }

  get length(): number {
    return this.#length;
  }

  get bytes(): number {
    return this.#buffers.reduce((sum, { byteLength }) => sum + byteLength, 0);
  }

  /** Slots of each head in a layer's buffer: at least one, and at least {@link length}. */
  get slots(): number {
    return this.#slots;
  }

  /** Position of each slot in use. */
  get positions(): Int32Array {
    return this.#positions.subarray(0, this.#length);
  }

  /** Position that follows those in the cache. */
  get nextPosition(): number {
    return this.#length === 0 ? 0 : (this.#positions[this.#length - 1] as number) + 1;
  }

  /** A layer's buffers, `[KV heads, slots, head size]`, without a copy. */
  past(layer: number): { keys: Float32Array; values: Float32Array } {
    const end = this.#config.kvHeads * this.#slots * this.#config.headSize;
    return { keys: this.#keys(layer).subarray(0, end), values: this.#values(layer).subarray(0, end) };
  }

  /** Gives up slots that a longer timeline left behind, because every run reads all slots. Their memory stays for longer ones. */
  fit(): void {
    const wanted = this.#slotsFor(this.#length);
    if (this.#slots > 1.5 * wanted) this.#relayout(wanted);
  }

  /** Adds new tokens. @param fresh their keys and values, `[layers, keys and values, KV heads, tokens, head size]` */
  append(positions: readonly number[], fresh: Float32Array): void {
    const length = this.#length + positions.length;
    if (length > this.#slots) this.#relayout(this.#slotsFor(length));
    const { kvHeads, headSize } = this.#config;
    const size = positions.length * headSize;
    let from = 0;
    for (const held of this.#buffers) {
      for (let head = 0; head < kvHeads; head++, from += size) {
        held.set(fresh.subarray(from, from + size), (head * this.#slots + this.#length) * headSize);
      }
    }
    this.#positions.set(positions, this.#length);
    this.#length = length;
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
    this.#buffers.length = 0;
  }

  #move(start: number, end: number, to: number): void {
    if (start === to) return;
    const { kvHeads, headSize } = this.#config;
    for (const held of this.#buffers) {
      for (let slot = 0; slot < kvHeads * this.#slots; slot += this.#slots) {
        held.copyWithin((slot + to) * headSize, (slot + start) * headSize, (slot + end) * headSize);
      }
    }
    this.#positions.copyWithin(to, start, end);
  }

  /** Rotates the keys from slot `first` on back by so many positions. Rotations add up exactly, so nothing is recomputed. */
  #turnBack(first: number, positions: number): void {
    const { positions: kind, layers, kvHeads, headSize } = this.#config;
    if (kind.kind === 'alibi') return;
    if (kind.kind === 'learned' || !this.tables) {
      throw new PaddockError('bad-request', 'The positions of this model are learned one by one; its context cannot slide.');
    }
    const { cos, sin } = this.tables.back(positions);
    const half = kind.size / 2;
    for (let layer = 0; layer < layers; layer++) {
      if (kind.layersWithout.has(layer)) continue;
      const keys = this.#keys(layer);
      for (let head = 0; head < kvHeads; head++) {
        for (let slot = head * this.#slots + first; slot < head * this.#slots + this.#length; slot++) {
          rotate(keys.subarray(slot * headSize, slot * headSize + 2 * half), cos, sin);
        }
      }
    }
  }

  #keys(layer: number): Float32Array {
    return this.#buffers[2 * layer] as Float32Array;
  }

  #values(layer: number): Float32Array {
    return this.#buffers[2 * layer + 1] as Float32Array;
  }

  /**
   * More slots than needed, so that heads seldom move, but few, because in every run each costs as much as a token: at least a step, and a
   * 32nd. Measured between 500 and 4 000 tokens, moving and running then cost least together.
   */
  #slotsFor(length: number): number {
    return Math.max(length, Math.min(this.limit, STEP * Math.ceil((length + Math.max(1, length >> 5)) / STEP)));
  }

  /** A buffer for the present slots that can grow to a full window; memory is taken only as it grows. */
  #reserve(): ArrayBuffer {
    const bytesOf = (slots: number) => 4 * this.#config.kvHeads * slots * this.#config.headSize;
    return new ArrayBuffer(bytesOf(this.#slots), { maxByteLength: Math.max(bytesOf(this.limit), bytesOf(this.#slots)) });
  }

  /**
   * Moves the heads of each layer so that they have so many slots. When slots are added the last head moves first, so that none is
   * overwritten. Memory is never given back: pages that are taken anew cost a twentieth of reading a prompt.
   */
  #relayout(slots: number): void {
    const { kvHeads, headSize } = this.#config;
    const [before, after, used] = [this.#slots * headSize, slots * headSize, this.#length * headSize];
    const heads = Array.from({ length: kvHeads }, (_, head) => head);
    for (const held of this.#buffers) {
      const storage = held.buffer as ArrayBuffer;
      if (storage.byteLength < 4 * kvHeads * after) storage.resize(4 * kvHeads * after);
      for (const head of after > before ? heads.toReversed() : heads) {
        held.copyWithin(head * after, head * before, head * before + used);
      }
    }
    this.#slots = slots;
  }
}

/** Rotates the pairs (i, i + half) of a head in place. */
function rotate(head: Float32Array, cos: Float64Array, sin: Float64Array): void {
  const half = cos.length;
  for (let i = 0; i < half; i++) {
    const [a, b] = [head[i] as number, head[i + half] as number];
    head[i] = a * (cos[i] as number) - b * (sin[i] as number);
    head[i + half] = b * (cos[i] as number) + a * (sin[i] as number);
  }
}
