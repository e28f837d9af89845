import { PaddockError } from '../errors.ts';
import { Names } from '../graph/decoder.ts';
import type { DecoderConfig } from '../model/config.ts';
import type { Backend, InferenceSession, Tensor } from './backend.ts';
import { KvCache } from './kvCache.ts';
import { rotaryTables } from './rotary.ts';
import { RunQueue } from './runQueue.ts';

/** What is added to a score to hide it. Finite, because a row that hides everything must not become NaN. */
const HIDDEN = -1e30;

/** Which of a run's positions get logits. */
export type LogitRows = 'last' | 'all';

/** A decoder graph loaded into onnxruntime, and the one place where it is run. */
export class DecoderRuntime {
  readonly config: DecoderConfig;
  readonly #backend: Backend;
  readonly #session: InferenceSession;
  readonly #queue = new RunQueue();
  readonly #cos: Tensor;
  readonly #sin: Tensor;
  /** Hides nothing: the mask of a single token. */
  readonly #open: Float32Array;

  private constructor(config: DecoderConfig, backend: Backend, session: InferenceSession) {
    this.config = config;
    this.#backend = backend;
    this.#session = session;
    this.#open = new Float32Array((config.heads / config.kvHeads) * (config.contextLength + 1));
    const { cos, sin } = rotaryTables(config);
    const shape = [config.contextLength, config.headSize / 2];
    this.#cos = this.#float32(cos, shape);
    this.#sin = this.#float32(sin, shape);
  }

  /**
   * @param model the serialised ONNX model of {@link config}
   * @param threads of one run
   * @throws PaddockError `runtime` when onnxruntime refuses the graph
   */
  static async create(config: DecoderConfig, model: Uint8Array, backend: Backend, threads: number): Promise<DecoderRuntime> {
    try {
      const session = await backend.ort.InferenceSession.create(model, {
        intraOpNumThreads: threads,
        interOpNumThreads: 1,
        executionMode: 'sequential',
        graphOptimizationLevel: 'all',
      });
      return new DecoderRuntime(config, backend, session);
    } catch (error) {
      throw new PaddockError('runtime', `onnxruntime cannot load the model: ${(error as Error).message}`, { cause: error });
    }
  }

  newCache(): KvCache {
    return new KvCache(this.config);
  }

  /**
   * Runs new tokens after those in the cache, and appends their keys and values to it. The cache is unchanged when the run fails.
   * @returns logits `[rows, vocabulary]`; one row for `last`
   * @throws PaddockError `runtime`, or `bad-request` when the tokens do not fit
   */
  run(ids: readonly number[], cache: KvCache, rows: LogitRows): Promise<Float32Array> {
    return this.#queue.enqueue(async () => {
      this.#check(ids, cache);
      const outputs = await this.#session.run(this.#feeds(ids, cache, rows)).catch((error: Error) => {
        throw new PaddockError('runtime', `onnxruntime failed: ${error.message}`, { cause: error });
      });
      const floats = (name: string) => outputs[name]?.data as Float32Array;
      cache.append(
        ids.length,
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

  #feeds(ids: readonly number[], cache: KvCache, rows: LogitRows): Record<string, Tensor> {
    const { kvHeads, headSize, layers } = this.config;
    const tokens = ids.length;
    const past = Math.max(1, cache.length);
    const feeds: Record<string, Tensor> = {
      [Names.ids]: this.#int64(ids, [1, tokens]),
      [Names.start]: this.#int64([cache.length]),
      [Names.cos]: this.#cos,
      [Names.sin]: this.#sin,
      [Names.mask]: this.#mask(cache.length, tokens),
      [Names.spans]: this.#int64([past, tokens]),
      [Names.rows]: this.#int64(rows === 'last' ? [tokens - 1] : ids.map((_, row) => row)),
    };
    for (let layer = 0; layer < layers; layer++) {
      const { keys, values } = cache.past(layer);
      feeds[Names.pastKey(layer)] = this.#float32(keys, [past, kvHeads, headSize]);
      feeds[Names.pastValue(layer)] = this.#float32(values, [past, kvHeads, headSize]);
    }
    return feeds;
  }

  /**
   * The causal mask `[1, tokens · group, past + tokens]`; rows of one token stand together. Where nothing is cached it hides the one
   * meaningless token that the cache then gives.
   */
  #mask(cached: number, tokens: number): Tensor {
    const group = this.config.heads / this.config.kvHeads;
    const past = Math.max(1, cached);
    const width = past + tokens;
    const size = tokens * group * width;
    const shape = [1, tokens * group, width];
    if (cached > 0 && tokens === 1) return this.#float32(this.#open.subarray(0, size), shape);
    const mask = new Float32Array(size);
    for (let row = 0; row < tokens * group; row++) {
      if (cached === 0) mask[row * width] = HIDDEN;
      mask.fill(HIDDEN, row * width + past + Math.floor(row / group) + 1, (row + 1) * width);
    }
    return this.#float32(mask, shape);
  }

  #float32(data: Float32Array, shape: readonly number[]): Tensor {
    return new this.#backend.ort.Tensor('float32', data, shape);
  }

  #int64(values: readonly number[], shape: readonly number[] = [values.length]): Tensor {
    return new this.#backend.ort.Tensor('int64', BigInt64Array.from(values, BigInt), shape);
  }
}
