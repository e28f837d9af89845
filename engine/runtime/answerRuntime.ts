import { Names } from '../graph/names.ts';
import type { DecoderConfig } from '../model/config.ts';
import type { EncoderDecoderConfig } from '../model/encoderDecoder.ts';
import type { Backend } from './backend.ts';
import { cacheBytesPerToken } from './decoderRuntime.ts';
import { DistanceBiases } from './distanceBiases.ts';
import { checkTokens, Feeds } from './feeds.ts';
import { KvCache } from './kvCache.ts';
import { Masks } from './masks.ts';
import type { Batch, CacheOptions, ModelRuntime } from './modelRuntime.ts';
import type { InferenceSession, Tensor } from './ort.ts';
import { runGraph } from './runGraph.ts';
import type { RunQueue } from './runQueue.ts';

/** Keys and values of an input for each decoder layer, by the names the decoder's graph has for them. */
export type CrossFeeds = Readonly<Record<string, Tensor>>;

/** The decoder of an encoder–decoder over one input, as a model of its own. */
export class AnswerRuntime implements ModelRuntime {
  readonly canBranch = true;
  readonly canDiscard = true;
  readonly #config: DecoderConfig;
  readonly #make: Feeds;
  readonly #masks: Masks;
  readonly #backend: Backend;
  readonly #session: InferenceSession;
  readonly #queue: RunQueue;
  #cross: CrossFeeds;

  constructor(
    config: EncoderDecoderConfig,
    table: Float32Array,
    backend: Backend,
    session: InferenceSession,
    queue: RunQueue,
    cross: CrossFeeds,
  ) {
    this.#config = decoderOf(config);
    this.#make = new Feeds(backend.ort, this.#config);
    const biases = new DistanceBiases(config, table, 'backwards');
    this.#masks = new Masks(this.#config, (head, distance) => biases.of(head, distance));
    this.#backend = backend;
    this.#session = session;
    this.#queue = queue;
    this.#cross = cross;
  }

  get vocabularySize(): number {
    return this.#config.vocabularySize;
  }

  get contextLength(): number {
    return this.#config.contextLength;
  }

  get cacheBytesPerToken(): number {
    return cacheBytesPerToken(this.#config);
  }

  newCache(options?: CacheOptions): KvCache {
    return new KvCache(this.#config, options);
  }

  run(batch: Batch, cache: KvCache): Promise<Float32Array> {
    return this.#queue.enqueue(async () => {
      checkTokens(batch.ids, cache, this.vocabularySize);
      cache.fit();
      const positions = batch.positions ?? batch.ids.map((_, i) => cache.nextPosition + i);
      const outputs = await runGraph(this.#session, this.#feeds(batch, positions, cache), this.#backend.device);
      const floats = (name: string) => outputs[name]?.data as Float32Array;
      const layers = Array.from({ length: this.#config.layers }, (_, layer) => ({
        keys: floats(Names.newKey(layer)),
        values: floats(Names.newValue(layer)),
      }));
      cache.append(positions, layers);
      return floats(Names.logits);
    });
  }

  async dispose(): Promise<void> {
    this.#cross = {};
  }

  #feeds(batch: Batch, positions: readonly number[], cache: KvCache): Record<string, Tensor> {
    const { heads, headSize, layers } = this.#config;
    const count = batch.ids.length;
    const { data } = this.#masks.build(cache, { positions, sees: batch.sees });
    const dims = [heads, cache.slots, headSize];
    const feeds: Record<string, Tensor> = {
      ...this.#cross,
      [Names.ids]: this.#make.int64(batch.ids, [1, count]),
      [Names.spans]: this.#make.int64([cache.slots, count]),
      [Names.rows]: this.#make.int64(batch.rows),
      [Names.mask]: this.#make.float32(data, [heads, count, cache.slots + count]),
    };
    for (let layer = 0; layer < layers; layer++) {
      const { keys, values } = cache.past(layer);
      feeds[Names.pastKey(layer)] = this.#make.float32(keys, dims);
      feeds[Names.pastValue(layer)] = this.#make.float32(values, dims);
    }
    return feeds;
  }
}

/** The decoder as one that stands alone. As with ALiBi, its keys carry no positions: distances are in the mask. */
function decoderOf(config: EncoderDecoderConfig): DecoderConfig {
  return {
    family: config.family,
    vocabularySize: config.vocabularySize,
    hiddenSize: config.hiddenSize,
    layers: config.decoderLayers,
    heads: config.heads,
    kvHeads: config.heads,
    headSize: config.headSize,
    feedForwardSize: config.feedForwardSize,
    contextLength: config.contextLength,
    positions: { kind: 'alibi' },
    norm: { kind: 'rms', epsilon: config.epsilon },
    attention: { scale: 1 },
    feedForward: { activation: config.activation, gated: config.gated },
    multipliers: { embedding: 1, residual: 1, logits: 1 },
    tiedEmbeddings: config.tiedEmbeddings,
    bosTokenId: config.bosTokenId,
    eosTokenIds: config.eosTokenIds,
  };
}
