import { PaddockError } from '../../errors.ts';
import type { GraphKind } from '../../graph/building.ts';
import { Names } from '../../graph/names.ts';
import { DataType } from '../../graph/onnx.ts';
import type { DecoderConfig } from '../../model/config.ts';
import type { Backend } from '../backend.ts';
import { type DecoderImage, loadImage } from '../decoderImage.ts';
import { checkTokens, Feeds } from '../feeds.ts';
import type { Batch, CacheOptions, LogitRow, ModelRuntime, TopLogits } from '../modelRuntime.ts';
import type { InferenceSession, Ort, Tensor } from '../ort.ts';
import { OtherGraphs, type OtherImages, type OtherKind } from '../otherGraphs.ts';
import { failedRun } from '../runGraph.ts';
import { RunQueue } from '../runQueue.ts';
import { checkUnsteered } from '../steering.ts';
import { ContextShift } from './contextShift.ts';
import { DeviceLogits } from './deviceLogits.ts';
import { DeviceTensors, ONLY_ON_DEVICE } from './deviceTensors.ts';
import { type Given, GpuCache } from './gpuCache.ts';

export interface GpuDecoderOptions {
  /** Most tokens of one run. */
  readonly longestRun: number;
  /** Whether the graph's activations are float16. */
  readonly halfPrecision: boolean;
  /** Gives the decoder's other graphs; without them it can neither be steered nor observed. */
  readonly images?: OtherImages;
  /** Shared with other graphs of the model; one of its own unless told. */
  readonly queue?: RunQueue;
}

/**
 * A decoder graph for WebGPU, loaded into onnxruntime. Weights, keys and values stay on the device. It has no run costs of its own: GPUs
 * differ too much for one table, and the native CPU's table, used instead, is a cautious one.
 */
export class GpuDecoderRuntime implements ModelRuntime {
  readonly config: DecoderConfig;
  readonly canBranch = false;
  readonly #session: InferenceSession;
  readonly #device: DeviceTensors;
  readonly #logits: DeviceLogits;
  readonly #others: OtherGraphs;
  readonly #longestRun: number;
  readonly #make: Feeds;
  readonly #queue: RunQueue;
  readonly #ort: Ort;
  #shift: ContextShift | undefined;
  /** Rows of logits that stay on the device, as many as the last run had. */
  #rows: Tensor | undefined;

  private constructor(
    config: DecoderConfig,
    backend: Backend,
    session: InferenceSession,
    others: OtherGraphs,
    device: DeviceTensors,
    longestRun: number,
    queue: RunQueue,
  ) {
    this.config = config;
    this.#others = others;
    this.#session = session;
    this.#device = device;
    this.#longestRun = longestRun;
    this.#queue = queue;
    this.#ort = backend.ort;
    this.#logits = new DeviceLogits(backend.ort);
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
    { longestRun, halfPrecision, images, queue = new RunQueue() }: GpuDecoderOptions,
  ): Promise<GpuDecoderRuntime> {
    const load = (graph: DecoderImage, kind: GraphKind) =>
      loadImage(graph, backend.ort, {
        ...ONLY_ON_DEVICE,
        ...(backend.isPage && { preferredOutputLocation: outputLocations(config, kind) }),
      });
    const session = await load(image, 'plain');
    try {
      const device = await DeviceTensors.create(backend.ort, halfPrecision ? DataType.float16 : DataType.float32);
      return new GpuDecoderRuntime(config, backend, session, new OtherGraphs(images, load), device, longestRun, queue);
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

  get canSteer(): boolean {
    return this.#others.possible;
  }

  get otherGraphs(): readonly OtherKind[] {
    return this.#others.open;
  }

  get cacheBytesPerToken(): number {
    const { layers, kvHeads, headSize } = this.config;
    return 2 * layers * kvHeads * headSize * this.#device.bytesPerElement;
  }

  newCache(options?: CacheOptions, given?: Given): GpuCache {
    return new GpuCache(this.config, this.#device, options, given);
  }

  run(batch: Batch, cache: GpuCache): Promise<LogitRow[]> {
    return this.#enqueue(async () => {
      const { vocabularySize } = this;
      const session = await this.#sessionOf(cache);
      const all = new Array<LogitRow>(batch.rows.length);
      await this.#advance(batch, cache, async (feeds, places) => {
        const room = places.length === 0 ? await this.#room(1) : null;
        const { [Names.logits]: logits } = await session.run(feeds, fetches(this.config, feeds, room));
        if (room) return;
        const rows = logits?.data as Float32Array;
        for (const [i, place] of places.entries()) {
          all[place] = { logits: rows.subarray(i * vocabularySize, (i + 1) * vocabularySize) };
        }
      });
      return all;
    });
  }

  runTop(batch: Batch, cache: GpuCache, count: number): Promise<TopLogits[]> {
    return this.#enqueue(async () => {
      const session = await this.#sessionOf(cache);
      const all = new Array<TopLogits>(batch.rows.length);
      await this.#advance(batch, cache, async (feeds, places) => {
        const room = await this.#room(Math.max(1, places.length));
        await session.run(feeds, fetches(this.config, feeds, room));
        if (places.length === 0) return;
        const found = await this.#logits.top(room, [...places.keys()], count);
        for (const [i, place] of places.entries()) all[place] = found[i] as TopLogits;
      });
      return all;
    });
  }

  observe(batch: Batch, cache: GpuCache): Promise<Float32Array> {
    checkUnsteered(cache);
    return this.#enqueue(async () => {
      const { layers, hiddenSize } = this.config;
      const session = await this.#others.session('observed');
      const all = new Float32Array(layers * batch.rows.length * hiddenSize);
      await this.#advance(batch, cache, async (feeds, places) => {
        const wanted = { ...fetches(this.config, feeds, null), [Names.residuals]: null };
        const found = (await session.run(feeds, wanted))[Names.residuals];
        const [data, rows] = [found?.data as Float32Array, found?.dims[1] as number];
        for (let layer = 0; layer < layers; layer++) {
          for (const [i, place] of places.entries()) {
            const row = data.subarray((layer * rows + i) * hiddenSize, (layer * rows + i + 1) * hiddenSize);
            all.set(row, (layer * batch.rows.length + place) * hiddenSize);
          }
        }
      });
      return all;
    });
  }

  endObserving(): Promise<void> {
    return this.#queue.enqueue(() => this.#others.release('observed'));
  }

  dispose(): Promise<void> {
    return this.#queue.enqueue(async () => {
      this.#rows?.dispose();
      await this.#logits.dispose();
      await this.#shift?.dispose();
      await this.#device.dispose();
      await this.#others.dispose();
      await this.#session.release();
    });
  }

  #enqueue<T>(run: () => Promise<T>): Promise<T> {
    return this.#queue.enqueue(run).catch((error: Error) => {
      throw failedRun(error);
    });
  }

  /** The graph that a cache's tokens are run by. */
  async #sessionOf({ steering }: GpuCache): Promise<InferenceSession> {
    return steering ? this.#others.session('steered') : this.#session;
  }

  /** Room on the device for rows of logits. */
  async #room(rows: number): Promise<Tensor> {
    if (this.#rows?.dims[1] !== rows) {
      this.#rows?.dispose();
      this.#rows = await this.#device.logits(rows, this.vocabularySize);
    }
    return this.#rows;
  }

  async #openShift(): Promise<ContextShift> {
    const { headSize, positions } = this.config;
    const rotated = positions.kind === 'rotary' ? positions.size : 0;
    this.#shift ??= await ContextShift.create(this.#ort, this.#device.type, headSize, rotated);
    return this.#shift;
  }

  /**
   * Runs the batch in pieces that the device can take. A piece without requested rows computes its last one, which is discarded.
   * @param run is given, for each of the piece's rows, its place among the batch's
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
      ...(cache.steering && this.#make.steering(cache.steering)),
      ...cache.given?.(ids.length, past),
    };
    this.#make.positions(feeds, positions, cache.tables);
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
 * onnxruntime-web accepts device buffers for outputs only if the output is declared to be on the device; onnxruntime-node, with that
 * declaration, allocates its own buffers instead of using those it is given.
 */
function outputLocations({ layers }: DecoderConfig, kind: GraphKind): Record<string, 'gpu-buffer' | 'cpu'> {
  const locations: Record<string, 'gpu-buffer' | 'cpu'> = { [Names.logits]: 'cpu' };
  if (kind === 'observed') locations[Names.residuals] = 'cpu';
  for (let layer = 0; layer < layers; layer++) {
    locations[Names.presentKey(layer)] = 'gpu-buffer';
    locations[Names.presentValue(layer)] = 'gpu-buffer';
  }
  return locations;
}

function isWithin(value: number, start: number, end: number): boolean {
  return value >= start && value < end;
}
