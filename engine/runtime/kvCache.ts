import { PaddockError } from '../errors.ts';
import type { DecoderConfig } from '../model/config.ts';
import type { Cache, CacheOptions, SlotRange } from './modelRuntime.ts';
import { cachePositions, type RotaryTables } from './rotary.ts';
import { type SteeringRows, steeringRows } from './steering.ts';

/** Slots are allocated in steps of this many. */
const STEP = 64;

/** Fewer numbers than this are copied faster one by one than as an array. */
const SHORT = 16;

/** Whether a head's values are `[slots, head size]`, as its keys, or the other way round: what the graph's attention reads in place. */
export type ValueOrder = 'slots first' | 'slots last';

/** Rows of one buffer, and how many numbers a slot takes in each. */
interface Layout {
  readonly rows: number;
  readonly width: number;
}

/**
 * Keys and values of one timeline. Each layer has a buffer of keys, `[KV heads, slots, head size]`, and one of values, the same or `[KV
 * heads, head size, slots]`: rows, each of which is read in one go. The first `length` slots of each row are valid. A run reads all slots
 * in place and masks the unused ones, so there are only a few more slots than tokens; rows are moved when that changes much. Buffers grow
 * in place, in address space reserved for a full window, so a growing cache is never copied.
 */
export class KvCache implements Cache {
  readonly limit: number;
  /** Rotary tables that this cache's keys carry; undefined where positions are not rotary. */
  readonly tables: RotaryTables | undefined;
  /** The steering this cache's tokens are run with; undefined for none. */
  readonly steering: SteeringRows | undefined;
  readonly #config: DecoderConfig;
  readonly #keys: Layout;
  readonly #values: Layout;
  /** A layer's keys, then its values, layer by layer. */
  readonly #buffers: Float32Array[];
  readonly #positions: Int32Array;
  #slots: number;
  #length = 0;

  constructor(config: DecoderConfig, options: CacheOptions = {}, order: ValueOrder = 'slots first') {
    const { limit, tables } = cachePositions(config, options);
    this.limit = limit;
    this.tables = tables;
    this.steering = steeringRows(config, options.steering);
    this.#config = config;
    this.#keys = { rows: config.kvHeads, width: config.headSize };
    this.#values = order === 'slots first' ? this.#keys : { rows: config.kvHeads * config.headSize, width: 1 };
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

  /** Slots of each row of a layer's buffers: at least one, and at least {@link length}. */
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

  /** A layer's buffers, as far as there are slots, without a copy. */
  past(layer: number): { keys: Float32Array; values: Float32Array } {
    const end = this.#config.kvHeads * this.#slots * this.#config.headSize;
    const [keys, values] = this.#buffers.slice(2 * layer, 2 * layer + 2) as [Float32Array, Float32Array];
    return { keys: keys.subarray(0, end), values: values.subarray(0, end) };
  }

  /** Gives up slots that a longer timeline left behind, because every run reads all slots. Their memory stays for longer ones. */
  fit(): void {
    const wanted = this.#slotsFor(this.#length);
    if (this.#slots > 1.5 * wanted) this.#relayout(wanted);
  }

  /**
   * Adds new tokens.
   * @param fresh their keys, layer by layer, then their values; each as the buffers hold them, with so many slots
   */
  append(positions: readonly number[], fresh: Float32Array): void {
    const length = this.#length + positions.length;
    if (length > this.#slots) this.#relayout(this.#slotsFor(length));
    for (let layer = 0; layer < this.#config.layers; layer++) {
      this.#add(this.#buffers[2 * layer] as Float32Array, this.#keys, fresh, layer, positions.length);
      this.#add(this.#buffers[2 * layer + 1] as Float32Array, this.#values, fresh, this.#config.layers + layer, positions.length);
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

  /** Writes a part of what is new into its buffer: row by row, or number by number where rows are short. */
  #add(held: Float32Array, { rows, width }: Layout, fresh: Float32Array, part: number, tokens: number): void {
    const size = tokens * width;
    for (let row = 0; row < rows; row++) {
      const from = (part * rows + row) * size;
      const to = (row * this.#slots + this.#length) * width;
      if (size < SHORT) for (let i = 0; i < size; i++) held[to + i] = fresh[from + i] as number;
      else held.set(fresh.subarray(from, from + size), to);
    }
  }

  #move(start: number, end: number, to: number): void {
    if (start === to) return;
    for (const [held, { rows, width }] of this.#held()) {
      for (let slot = 0; slot < rows * this.#slots; slot += this.#slots) {
        held.copyWithin((slot + to) * width, (slot + start) * width, (slot + end) * width);
      }
    }
    this.#positions.copyWithin(to, start, end);
  }

  *#held(): Iterable<[Float32Array, Layout]> {
    for (const [i, buffer] of this.#buffers.entries()) yield [buffer, i % 2 === 0 ? this.#keys : this.#values];
  }

  /** Rotates the keys from slot `first` on back by so many positions. Rotations add up exactly, so nothing is recomputed. */
  #turnBack(first: number, positions: number): void {
    const { positions: kind, layers, kvHeads, headSize } = this.#config;
    if (kind.kind === 'alibi') return;
    if (kind.kind === 'learned' || !this.tables) {
      throw new PaddockError('bad-request', 'The positions of this model are learned one by one; its context cannot slide.');
    }
    const back = this.tables.back(positions);
    const half = kind.size / 2;
    for (let layer = 0; layer < layers; layer++) {
      const turn = back(layer);
      if (!turn) continue;
      const keys = this.#buffers[2 * layer] as Float32Array;
      for (let head = 0; head < kvHeads; head++) {
        for (let slot = head * this.#slots + first; slot < head * this.#slots + this.#length; slot++) {
          rotate(keys.subarray(slot * headSize, slot * headSize + 2 * half), turn.cos, turn.sin);
        }
      }
    }
  }

  /**
   * More slots than needed, so that rows seldom move, but few, because in every run each costs as much as a token: at least a step, and a
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
   * Moves the rows of each layer, all but the first, so that they have so many slots. When slots are added the last row moves first, so
   * that none is overwritten. Memory is never given back: pages that are taken anew cost a twentieth of reading a prompt.
   */
  #relayout(slots: number): void {
    for (const [held, { rows, width }] of this.#held()) {
      const [before, after, used] = [this.#slots * width, slots * width, this.#length * width];
      const storage = held.buffer as ArrayBuffer;
      if (storage.byteLength < 4 * rows * after) storage.resize(4 * rows * after);
      for (let i = 1; i < rows; i++) {
        const row = after > before ? rows - i : i;
        held.copyWithin(row * after, row * before, row * before + used);
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
