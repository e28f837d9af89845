import { PaddockError } from '../errors.ts';
import { Names } from '../graph/names.ts';
import type { DecoderConfig } from '../model/config.ts';
import type { Backend, InferenceSession, Tensor } from './backend.ts';
import { KvCache } from './kvCache.ts';
import { Masks, type NewTokens } from './masks.ts';
import type { Batch, CacheOptions, ModelRuntime } from './modelRuntime.ts';
import { RunQueue } from './runQueue.ts';

/** A built graph with its weights: files that the runtime maps into memory, or bytes. */
export type DecoderImage =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'memory'; readonly model: Uint8Array; readonly weights: Uint8Array; readonly location: string };

/** A decoder graph that Paddock built, loaded into onnxruntime, and the one place where it is run. */
export class DecoderRuntime implements ModelRuntime {
  readonly config: DecoderConfig;
  readonly canBranch = true;
  readonly #backend: Backend;
  readonly #session: InferenceSession;
  readonly #queue = new RunQueue();
  readonly #masks: Masks;

  private constructor(config: DecoderConfig, backend: Backend, session: InferenceSession) {
    this.config = config;
    this.#backend = backend;
    this.#session = session;
    this.#masks = new Masks(config);
  }

  /**
   * @param image the graph of {@link config}
   * @param threads of one run
   * @throws PaddockError `runtime` when onnxruntime refuses the graph
   */
  static async create(config: DecoderConfig, image: DecoderImage, backend: Backend, threads: number): Promise<DecoderRuntime> {
    const options = {
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
    } as const;
    try {
      const { InferenceSession } = backend.ort;
      const session =
        image.kind === 'file'
          ? await InferenceSession.create(image.path, options)
          : await InferenceSession.create(image.model, {
              ...options,
              externalData: [{ path: image.location, data: image.weights }],
            });
      return new DecoderRuntime(config, backend, session);
    } catch (error) {
      throw new PaddockError('runtime', `onnxruntime cannot load the model: ${(error as Error).message}`, { cause: error });
    }
  }

  get vocabularySize(): number {
    return this.config.vocabularySize;
  }

  get contextLength(): number {
    return this.config.contextLength;
  }

  get canDiscard(): boolean {
    return this.config.positions.kind !== 'learned';
  }

  get cacheBytesPerToken(): number {
    return cacheBytesPerToken(this.config);
  }

  newCache(options?: CacheOptions): KvCache {
    return new KvCache(this.config, options);
  }

  run(batch: Batch, cache: KvCache): Promise<Float32Array> {
    return this.#queue.enqueue(async () => {
      this.#check(batch.ids, cache);
      const positions = batch.positions ?? batch.ids.map((_, i) => cache.nextPosition + i);
      const feeds = this.#feeds(batch, { positions, sees: batch.sees }, cache);
      const outputs = await this.#session.run(feeds).catch((error: Error) => {
        throw new PaddockError('runtime', `onnxruntime failed: ${error.message}`, { cause: error });
      });
      const floats = (name: string) => outputs[name]?.data as Float32Array;
      cache.append(
        positions,
        Array.from({ length: this.config.layers }, (_, layer) => ({
          keys: floats(Names.newKey(layer)),
          values: floats(Names.newValue(layer)),
        })),
      );
      // WebAssembly runs on this thread; the native library already waits for the event loop before each run.
      if (this.#backend.device === 'wasm') await new Promise((resolve) => setTimeout(resolve));
      return floats(Names.logits);
    });
  }

  dispose(): Promise<void> {
    return this.#queue.enqueue(() => this.#session.release());
  }

  #check(ids: readonly number[], cache: KvCache): void {
    if (cache.length + ids.length > cache.limit) {
      throw new PaddockError(
        'bad-request',
        `${cache.length + ids.length} tokens do not fit the model's context window of ${cache.limit}.`,
      );
    }
    const wrong = ids.find((id) => !Number.isInteger(id) || id < 0 || id >= this.config.vocabularySize);
    if (wrong !== undefined) {
      throw new PaddockError('bad-request', `${wrong} is not a token; the vocabulary has ${this.config.vocabularySize}.`);
    }
  }

  #feeds(batch: Batch, tokens: NewTokens, cache: KvCache): Record<string, Tensor> {
    const { kvHeads, headSize, layers, attention } = this.config;
    const count = batch.ids.length;
    const past = Math.max(1, cache.length);
    const mask = (window?: number) => {
      const { data, dims } = this.#masks.build(cache, tokens, window);
      return this.#float32(data, dims);
    };
    const feeds: Record<string, Tensor> = {
      [Names.ids]: this.#int64(batch.ids, [1, count]),
      [Names.mask]: mask(),
      [Names.spans]: this.#int64([past, count]),
      [Names.rows]: this.#int64(batch.rows),
      ...this.#positionFeeds(tokens.positions, cache),
    };
    if (attention.window) feeds[Names.windowMask] = mask(attention.window.size);
    for (let layer = 0; layer < layers; layer++) {
      const { keys, values } = cache.past(layer);
      feeds[Names.pastKey(layer)] = this.#float32(keys, [past, kvHeads, headSize]);
      feeds[Names.pastValue(layer)] = this.#float32(values, [past, kvHeads, headSize]);
    }
    return feeds;
  }

  #positionFeeds(positions: readonly number[], { tables }: KvCache): Record<string, Tensor> {
    const kind = this.config.positions;
    if (kind.kind === 'learned') return { [Names.positions]: this.#int64(positions, [1, positions.length]) };
    if (kind.kind !== 'rotary' || !tables) return {};
    const half = kind.size / 2;
    const rows = (table: Float32Array) => this.#float32(pickRows(table, positions, half), [positions.length, half]);
    const { query, key } = tables;
    const queryFeeds = { [Names.queryCos]: rows(query.cos), [Names.querySin]: rows(query.sin) };
    if (query === key) {
      return { ...queryFeeds, [Names.keyCos]: queryFeeds[Names.queryCos], [Names.keySin]: queryFeeds[Names.querySin] } as Record<
        string,
        Tensor
      >;
    }
    return { ...queryFeeds, [Names.keyCos]: rows(key.cos), [Names.keySin]: rows(key.sin) };
  }

  #float32(data: Float32Array, shape: readonly number[]): Tensor {
    return new this.#backend.ort.Tensor('float32', data, shape);
  }

  #int64(values: readonly number[], shape: readonly number[] = [values.length]): Tensor {
    return new this.#backend.ort.Tensor('int64', BigInt64Array.from(values, BigInt), shape);
  }
}

/** Bytes of one token's keys and values over all layers. */
export function cacheBytesPerToken({ layers, kvHeads, headSize }: DecoderConfig): number {
  return 2 * layers * kvHeads * headSize * Float32Array.BYTES_PER_ELEMENT;
}

/** Rows of a table for consecutive positions are a view of it; others are collected. */
function pickRows(table: Float32Array, positions: readonly number[], size: number): Float32Array {
  const first = positions[0] as number;
  if (positions.every((position, i) => position === first + i))
    return table.subarray(first * size, (first + positions.length) * size);
  const rows = new Float32Array(positions.length * size);
  for (const [i, position] of positions.entries()) rows.set(table.subarray(position * size, (position + 1) * size), i * size);
  return rows;
}
