import { PaddockError } from '../../errors.ts';
import { Names } from '../../graph/names.ts';
import { DataType } from '../../graph/onnx.ts';
import type { DecoderConfig } from '../../model/config.ts';
import type { Backend } from '../backend.ts';
import { type DecoderImage, loadImage } from '../decoderImage.ts';
import { checkTokens, Feeds } from '../feeds.ts';
import type { Batch, CacheOptions, ModelRuntime, TopLogits } from '../modelRuntime.ts';
import type { InferenceSession, Ort, Tensor } from '../ort.ts';
import { failedRun } from '../runGraph.ts';
import { RunQueue } from '../runQueue.ts';
import { ContextShift } from './contextShift.ts';
import { DeviceTensors } from './deviceTensors.ts';
import { GpuCache } from './gpuCache.ts';

export interface GpuDecoderOptions {
  /** Most tokens of one run. */
  readonly longestRun: number;
  /** Whether the graph's activations are float16. */
  readonly halfPrecision: boolean;
}

/**
 * A decoder graph for WebGPU, loaded into onnxruntime. Weights, keys and values stay on the device. It has no costs of runs of its own:
 * GPUs differ too much for one table, and the native CPU's, which drafts are then tried on, is a cautious one.
 */
export class GpuDecoderRuntime implements ModelRuntime {
  readonly config: DecoderConfig;
  readonly canBranch = false;
  readonly #session: InferenceSession;
  readonly #device: DeviceTensors;
  readonly #longestRun: number;
  readonly #make: Feeds;
  readonly #queue = new RunQueue();
  readonly #ort: Ort;
  #shift: ContextShift | undefined;
  /** A row of logits that stays on the device. */
  #row: Tensor | undefined;

  private constructor(
    config: DecoderConfig,
    backend: Backend,
    session: InferenceSession,
    device: DeviceTensors,
    longestRun: number,
  ) {
    this.config = config;
    this.#session = session;
    this.#device = device;
    this.#longestRun = longestRun;
    this.#ort = backend.ort;
    this.#make = new Feeds(backend.ort, config);
  }

  /**
   * @param image the graph of {@link config}, built for WebGPU
   * @throws PaddockError `runtime` when onnxruntime refuses the graph
   */
  static async create(
    config: DecoderConfig,
    image: DecoderImage,
    backend: Backend,
    { longestRun, halfPrecision }: GpuDecoderOptions,
  ): Promise<GpuDecoderRuntime> {
    const session = await loadImage(image, backend.ort, {
      executionProviders: ['webgpu'],
      // An operator without a kernel for the GPU would run on the CPU, and copy all that it needs there and back at each run.
      extra: { session: { disable_cpu_ep_fallback: '1' } },
      ...(backend.isPage && { preferredOutputLocation: outputLocations(config) }),
    });
    try {
      const device = await DeviceTensors.create(backend.ort, halfPrecision ? DataType.float16 : DataType.float32);
      return new GpuDecoderRuntime(config, backend, session, device, longestRun);
    } catch (error) {
      await session.release();
      throw failedRun(error as Error);
    }
  }

  get vocabularySize(): number {
    return this.config.vocabularySize;
  }

  get contextLength(): number {
    return this.config.contextLength;
  }

  get canDiscard(): boolean {
    return this.config.positions.kind === 'rotary';
  }

  get cacheBytesPerToken(): number {
    const { layers, kvHeads, headSize } = this.config;
    return 2 * layers * kvHeads * headSize * this.#device.bytesPerElement;
  }

  newCache(options?: CacheOptions): GpuCache {
    return new GpuCache(this.config, this.#device, options);
  }

  run(batch: Batch, cache: GpuCache): Promise<Float32Array> {
    return this.#enqueue(async () => {
      const { vocabularySize } = this;
      const all = new Float32Array(batch.rows.length * vocabularySize);
      await this.#advance(batch, cache, async (feeds, places) => {
        const { [Names.logits]: logits } = await this.#session.run(feeds, fetches(this.config, feeds, null));
        const rows = logits?.data as Float32Array;
        for (const [i, place] of places.entries()) {
          all.set(rows.subarray(i * vocabularySize, (i + 1) * vocabularySize), place * vocabularySize);
        }
      });
      return all;
    });
  }

  runTop(batch: Omit<Batch, 'rows'>, cache: GpuCache, count: number): Promise<TopLogits> {
    return this.#enqueue(async () => {
      const row = this.#row ?? (await this.#device.logits(this.vocabularySize));
      this.#row = row;
      await this.#advance({ ...batch, rows: [batch.ids.length - 1] }, cache, async (feeds) => {
        await this.#session.run(feeds, fetches(this.config, feeds, row));
      });
      return this.#device.top(row, Math.min(count, this.vocabularySize));
    });
  }

  dispose(): Promise<void> {
    return this.#queue.enqueue(async () => {
      this.#row?.dispose();
      await this.#shift?.dispose();
      await this.#device.dispose();
      await this.#session.release();
    });
  }

  #enqueue<T>(run: () => Promise<T>): Promise<T> {
    return this.#queue.enqueue(run).catch((error: Error) => {
      throw failedRun(error);
    });
  }

  async #openShift(): Promise<ContextShift> {
    const { headSize, positions } = this.config;
    const rotated = positions.kind === 'rotary' ? positions.size : 0;
    this.#shift ??= await ContextShift.create(this.#ort, this.#device.type, headSize, rotated);
    return this.#shift;
  }

  /**
   * Runs the batch in pieces that the device can take. A piece without rows of its own computes its last one, which nobody is told.
   * @param run told for each of the piece's rows its place among the batch's
   */
  async #advance(
    batch: Batch,
    cache: GpuCache,
    run: (feeds: Feeding, places: readonly number[]) => Promise<void>,
  ): Promise<void> {
    const { ids, rows } = batch;
    checkTokens(ids, cache, this.config.vocabularySize);
    if (batch.sees || batch.positions?.some((position, i) => position !== cache.length + i)) {
      throw new PaddockError('bad-request', 'Timelines on the GPU have no branches.');
    }
    const first = cache.length;
    await cache.close(() => this.#openShift());
    await cache.reserve(first + ids.length);
    for (let start = 0; start < ids.length; start += this.#longestRun) {
      const piece = ids.slice(start, start + this.#longestRun);
      const places = [...rows.keys()].filter((place) => isWithin(rows[place] as number, start, start + piece.length));
      const own = places.length > 0 ? places.map((place) => (rows[place] as number) - start) : [piece.length - 1];
      await run(this.#feeds(piece, own, cache, first + start), places);
    }
    cache.advance(first + ids.length);
  }

  #feeds(ids: readonly number[], rows: readonly number[], cache: GpuCache, past: number): Feeding {
    const positions = ids.map((_, i) => past + i);
    const feeds: Feeding = {
      [Names.ids]: this.#make.int64(ids, [1, ids.length]),
      [Names.rows]: this.#make.int64(rows),
      [Names.last]: this.#make.int32([past + ids.length - 1]),
      [Names.total]: this.#make.int32([past + ids.length], []),
      ...this.#make.positions(positions, cache.tables),
    };
    for (let layer = 0; layer < this.config.layers; layer++) {
      const { keys, values } = cache.layer(layer);
      feeds[Names.pastKey(layer)] = keys;
      feeds[Names.pastValue(layer)] = values;
    }
    return feeds;
  }
}

type Feeding = Record<string, Tensor>;

/** Past and present are one buffer: new keys and values are written into what is read. */
function fetches({ layers }: DecoderConfig, feeds: Feeding, logits: Tensor | null): Record<string, Tensor | null> {
  const wanted: Record<string, Tensor | null> = { [Names.logits]: logits };
  for (let layer = 0; layer < layers; layer++) {
    wanted[Names.presentKey(layer)] = feeds[Names.pastKey(layer)] as Tensor;
    wanted[Names.presentValue(layer)] = feeds[Names.pastValue(layer)] as Tensor;
  }
  return wanted;
}

/**
 * onnxruntime-web takes buffers of the device for outputs only where an output is said to lie there; onnxruntime-node, told so, takes
 * buffers of its own instead of those that it is given.
 */
function outputLocations({ layers }: DecoderConfig): Record<string, 'gpu-buffer' | 'cpu'> {
  const locations: Record<string, 'gpu-buffer' | 'cpu'> = { [Names.logits]: 'cpu' };
  for (let layer = 0; layer < layers; layer++) {
    locations[Names.presentKey(layer)] = 'gpu-buffer';
    locations[Names.presentValue(layer)] = 'gpu-buffer';
  }
  return locations;
}

function isWithin(value: number, start: number, end: number): boolean {
  return value >= start && value < end;
}
