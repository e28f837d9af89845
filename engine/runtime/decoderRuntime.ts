import { PaddockError } from '../errors.ts';
import { Names } from '../graph/names.ts';
import type { DecoderConfig } from '../model/config.ts';
import type { Backend } from './backend.ts';
import { type DecoderImage, loadImage } from './decoderImage.ts';
import { checkTokens, Feeds } from './feeds.ts';
import { KvCache } from './kvCache.ts';
import { alibi, grouping, Masks, type NewTokens } from './masks.ts';
import type { Batch, CacheOptions, ModelRuntime } from './modelRuntime.ts';
import type { InferenceSession, Tensor } from './ort.ts';
import { RunQueue } from './runQueue.ts';

/** A decoder graph that Paddock built, loaded into onnxruntime, and the one place where it is run. */
export class DecoderRuntime implements ModelRuntime {
  readonly config: DecoderConfig;
  readonly canBranch = true;
  readonly #backend: Backend;
  readonly #session: InferenceSession;
  readonly #queue = new RunQueue();
  readonly #masks: Masks;
  readonly #pasts = new WeakMap<KvCache, { readonly slots: number; readonly feeds: Record<string, Tensor> }>();
  readonly #make: Feeds;

  private constructor(config: DecoderConfig, backend: Backend, session: InferenceSession) {
    this.config = config;
    this.#backend = backend;
    this.#session = session;
    this.#masks = new Masks(config, config.positions.kind === 'alibi' ? alibi(config.heads) : undefined);
    this.#make = new Feeds(backend.ort, config);
  }

  /**
   * @param image the graph of {@link config}
   * @param threads of one run
   * @throws PaddockError `runtime` when onnxruntime refuses the graph
   */
  static async create(config: DecoderConfig, image: DecoderImage, backend: Backend, threads: number): Promise<DecoderRuntime> {
    const session = await loadImage(image, backend.ort, { intraOpNumThreads: threads });
    return new DecoderRuntime(config, backend, session);
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
      checkTokens(batch.ids, cache, this.config.vocabularySize);
      cache.fit();
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

  #feeds(batch: Batch, tokens: NewTokens, cache: KvCache): Record<string, Tensor> {
    const { attention } = this.config;
    const count = batch.ids.length;
    const mask = (window?: number) => {
      const { data, dims } = this.#masks.build(cache, tokens, window);
      return this.#make.float32(data, dims);
    };
    const feeds: Record<string, Tensor> = {
      [Names.ids]: this.#make.int64(batch.ids, [1, count]),
      [Names.mask]: mask(),
      [Names.grouping]: this.#make.int64(grouping(this.config, count)),
      [Names.spans]: this.#make.int64([cache.slots, count]),
      [Names.rows]: this.#make.int64(batch.rows),
      ...this.#make.positions(tokens.positions, cache.tables),
    };
    if (attention.window) feeds[Names.windowMask] = mask(attention.window.size);
    return Object.assign(feeds, this.#past(cache));
  }

  /** The cache's buffers as tensors, made anew only when its heads have moved: they are read in place at each run. */
  #past(cache: KvCache): Record<string, Tensor> {
    const known = this.#pasts.get(cache);
    if (known?.slots === cache.slots) return known.feeds;
    const { kvHeads, headSize, layers } = this.config;
    const dims = [kvHeads, 1, cache.slots, headSize];
    const feeds: Record<string, Tensor> = {};
    for (let layer = 0; layer < layers; layer++) {
      const { keys, values } = cache.past(layer);
      feeds[Names.pastKey(layer)] = this.#make.float32(keys, dims);
      feeds[Names.pastValue(layer)] = this.#make.float32(values, dims);
    }
    this.#pasts.set(cache, { slots: cache.slots, feeds });
    return feeds;
  }
}

/** Bytes of one token's keys and values over all layers. */
export function cacheBytesPerToken({ layers, kvHeads, headSize }: DecoderConfig): number {
  return 2 * layers * kvHeads * headSize * Float32Array.BYTES_PER_ELEMENT;
}
