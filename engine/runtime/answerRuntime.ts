import { Names } from '../graph/names.ts';
import type { DecoderConfig } from '../model/config.ts';
import { answeringConfig, type EncoderDecoderConfig } from '../model/encoderDecoder.ts';
import type { Backend } from './backend.ts';
import { CachedGraph, type Inputs } from './cachedGraph.ts';
import { cacheBytesPerToken } from './decoderRuntime.ts';
import { DistanceBiases } from './distanceBiases.ts';
import { Feeds } from './feeds.ts';
import { KvCache } from './kvCache.ts';
import { rowsOf } from './logitRows.ts';
import { Masks, type NewTokens } from './masks.ts';
import type { Batch, CacheOptions, LogitRow, ModelRuntime } from './modelRuntime.ts';
import type { InferenceSession } from './ort.ts';
import type { RunQueue } from './runQueue.ts';

/** The decoder of an encoder–decoder over one input, as a model of its own. */
export class AnswerRuntime implements ModelRuntime {
  readonly canBranch = true;
  readonly canDiscard = true;
  readonly #config: DecoderConfig;
  readonly #make: Feeds;
  readonly #masks: Masks;
  readonly #graph: CachedGraph;
  #cross: Inputs;

  /** @param cross keys and values of the input for each layer, by the names that the graph has for them */
  constructor(
    config: EncoderDecoderConfig,
    table: Float32Array,
    backend: Backend,
    session: InferenceSession,
    queue: RunQueue,
    cross: Inputs,
  ) {
    this.#config = answeringConfig(config);
    this.#make = new Feeds(backend.ort, this.#config);
    const biases = new DistanceBiases(config, table, 'backwards');
    this.#masks = new Masks(this.#config, (head, distance) => biases.of(head, distance));
    const { heads, headSize } = config;
    const dims = (slots: number) => [heads, slots, headSize];
    this.#graph = new CachedGraph(this.#config, backend, session, (slots) => ({ keys: dims(slots), values: dims(slots) }), queue);
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

  async run(batch: Batch, cache: KvCache): Promise<LogitRow[]> {
    return rowsOf(await this.#graph.run(batch, cache, (inputs, tokens) => this.#fill(inputs, batch, tokens, cache)));
  }

  async dispose(): Promise<void> {
    this.#cross = {};
  }

  #fill(inputs: Inputs, { ids, rows }: Batch, tokens: NewTokens, cache: KvCache): void {
    const count = ids.length;
    const { data } = this.#masks.build(cache, tokens);
    Object.assign(inputs, this.#cross);
    this.#make.whole(inputs, Names.ids, ids, [1, count]);
    this.#make.whole(inputs, Names.spans, [cache.slots, count]);
    this.#make.whole(inputs, Names.rows, rows);
    inputs[Names.mask] = this.#make.float32(data, [this.#config.heads, count, cache.slots + count]);
  }
}
