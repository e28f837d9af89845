import { Names } from '../../graph/names.ts';
import type { EncoderDecoderConfig } from '../../model/encoderDecoder.ts';
import { DistanceBiases } from '../distanceBiases.ts';
import type { Batch, CacheOptions, ModelRuntime, TopLogits } from '../modelRuntime.ts';
import type { Ort, Tensor } from '../ort.ts';
import type { RunQueue } from '../runQueue.ts';
import type { GpuCache } from './gpuCache.ts';
import type { GpuDecoderRuntime } from './gpuDecoderRuntime.ts';

/** The decoder of an encoder–decoder over one input, on a GPU: all inputs share the loaded decoder, and each has caches of its own. */
export class GpuAnswerRuntime implements ModelRuntime {
  readonly canBranch = false;
  readonly canDiscard = false;
  readonly #ort: Ort;
  readonly #heads: number;
  readonly #biases: DistanceBiases;
  readonly #decoder: GpuDecoderRuntime;
  readonly #queue: RunQueue;
  readonly #cross: Readonly<Record<string, Tensor>>;

  /**
   * @param table learned biases of distances, `[buckets, heads]`
   * @param cross keys and values of the input for each layer, on the GPU, by the names that the graph has for them
   */
  constructor(
    config: EncoderDecoderConfig,
    table: Float32Array,
    ort: Ort,
    decoder: GpuDecoderRuntime,
    queue: RunQueue,
    cross: Readonly<Record<string, Tensor>>,
  ) {
    this.#ort = ort;
    this.#heads = config.heads;
    this.#biases = new DistanceBiases(config, table, 'backwards');
    this.#decoder = decoder;
    this.#queue = queue;
    this.#cross = cross;
  }

  get vocabularySize(): number {
    return this.#decoder.vocabularySize;
  }

  get contextLength(): number {
    return this.#decoder.contextLength;
  }

  get cacheBytesPerToken(): number {
    return this.#decoder.cacheBytesPerToken;
  }

  newCache(options?: CacheOptions): GpuCache {
    return this.#decoder.newCache(options, (tokens, past) => ({ ...this.#cross, [Names.mask]: this.#mask(tokens, past) }));
  }

  run(batch: Batch, cache: GpuCache): Promise<Float32Array> {
    return this.#decoder.run(batch, cache);
  }

  runTop(batch: Batch, cache: GpuCache, count: number): Promise<TopLogits[]> {
    return this.#decoder.runTop(batch, cache, count);
  }

  dispose(): Promise<void> {
    return this.#queue.enqueue(async () => {
      for (const tensor of Object.values(this.#cross)) tensor.dispose();
    });
  }

  /** Biases `[1, heads, tokens, past + tokens]`; what follows a token is hidden by the kernel itself. */
  #mask(tokens: number, past: number): Tensor {
    const total = past + tokens;
    const data = new Float32Array(this.#heads * tokens * total);
    for (let head = 0; head < this.#heads; head++) {
      // A row is a view into the biases of all distances, from 1 − total on.
      const biases = Float32Array.from({ length: total + tokens - 1 }, (_, i) =>
        this.#biases.of(head, Math.min(0, i + 1 - total)),
      );
      for (let token = 0; token < tokens; token++) {
        const start = tokens - 1 - token;
        data.set(biases.subarray(start, start + total), (head * tokens + token) * total);
      }
    }
    return new this.#ort.Tensor('float32', data, [1, this.#heads, tokens, total]);
  }
}
