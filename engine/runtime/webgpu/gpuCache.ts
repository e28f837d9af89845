import { PaddockError } from '../../errors.ts';
import type { DecoderConfig } from '../../model/config.ts';
import type { Cache, CacheOptions, SlotRange } from '../modelRuntime.ts';
import type { Tensor } from '../ort.ts';
import { cachePositions, type RotaryTables } from '../rotary.ts';
import { type SteeringRows, steeringRows } from '../steering.ts';
import type { ContextShift, Gap } from './contextShift.ts';
import type { DeviceTensors } from './deviceTensors.ts';

/** Inputs of runs over a cache, for so many new tokens behind those it has. */
export type Given = (tokens: number, past: number) => Record<string, Tensor>;

/** Slots of a first allocation. */
const FIRST_CAPACITY = 256;

/**
 * Keys and values of one timeline in the GPU's memory: for each layer a buffer `[1, KV heads, capacity, head size]` that a run reads and
 * writes in place. A token's slot is its position. Capacity doubles on demand up to the window.
 */
export class GpuCache implements Cache {
  readonly limit: number;
  /** Rotary tables that this cache's keys carry; undefined where positions are not rotary. */
  readonly tables: RotaryTables | undefined;
  /** What this cache's tokens are run with; undefined where nothing is changed. */
  readonly steering: SteeringRows | undefined;
  /** What else this cache's tokens are run with; undefined for nothing. */
  readonly given: Given | undefined;
  readonly #config: DecoderConfig;
  readonly #device: DeviceTensors;
  #keys: Tensor[] = [];
  #values: Tensor[] = [];
  #capacity = 0;
  #length = 0;
  /** Gaps that are to be closed before the next run, in order. */
  #gaps: Gap[] = [];

  constructor(config: DecoderConfig, device: DeviceTensors, options: CacheOptions = {}, given?: Given) {
    const { limit, tables } = cachePositions(config, options);
    this.limit = limit;
    this.tables = tables;
    this.steering = steeringRows(config, options.steering);
    this.given = given;
    this.#config = config;
    this.#device = device;
  }

  get length(): number {
    return this.#length;
  }

  get bytes(): number {
    const { kvHeads, headSize, layers } = this.#config;
    return 2 * layers * this.#capacity * kvHeads * headSize * this.#device.bytesPerElement;
  }

  /** The buffers of a layer. */
  layer(layer: number): { readonly keys: Tensor; readonly values: Tensor } {
    return { keys: this.#keys[layer] as Tensor, values: this.#values[layer] as Tensor };
  }

  /** Closes the gaps. Only between runs. @param open opens what closes them, if there are any */
  async close(open: () => Promise<ContextShift>): Promise<void> {
    const { tables } = this;
    for (let gap = this.#gaps.shift(); gap && tables; gap = this.#gaps.shift()) {
      const shift = await open();
      const back = tables.back(gap.end - gap.start);
      for (const [layer, keys] of this.#keys.entries()) this.#keys[layer] = await shift.close(keys, gap, back(layer));
      for (const [layer, values] of this.#values.entries()) this.#values[layer] = await shift.close(values, gap);
    }
  }

  /** Makes room for so many slots. Only between runs. */
  async reserve(length: number): Promise<void> {
    if (length <= this.#capacity) return;
    const { kvHeads, headSize, layers } = this.#config;
    const capacity = Math.min(this.limit, Math.max(length, FIRST_CAPACITY, 2 * this.#capacity));
    const dims = [1, kvHeads, capacity, headSize];
    const grow = async (old: Tensor | undefined) => (old ? this.#device.extended(old, capacity) : this.#device.zeros(dims));
    for (const buffers of [this.#keys, this.#values]) {
      for (let layer = 0; layer < layers; layer++) buffers[layer] = await grow(buffers[layer]);
    }
    this.#capacity = capacity;
  }

  /** Marks slots that a run has written as used. */
  advance(length: number): void {
    this.#length = length;
  }

  truncate(length: number): void {
    this.#length = Math.min(this.#length, length);
  }

  keep(): void {
    throw new PaddockError('bad-request', 'Timelines on the GPU have no branches.');
  }

  discard({ start, end }: SlotRange): void {
    if (!this.tables) {
      throw new PaddockError('bad-request', 'The positions of this model are learned one by one; its context cannot slide.');
    }
    this.#gaps.push({ start, end, length: this.#length });
    this.#length -= end - start;
  }

  dispose(): void {
    for (const tensor of [...this.#keys, ...this.#values]) tensor.dispose();
    this.#keys = [];
    this.#values = [];
    this.#gaps = [];
    this.#capacity = 0;
    this.#length = 0;
  }
}
