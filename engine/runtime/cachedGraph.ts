import { Names } from '../graph/names.ts';
import type { DecoderConfig } from '../model/config.ts';
import type { Backend } from './backend.ts';
import { checkTokens } from './feeds.ts';
import type { KvCache } from './kvCache.ts';
import type { NewTokens } from './masks.ts';
import type { Batch } from './modelRuntime.ts';
import type { InferenceSession, Tensor } from './ort.ts';
import { runGraph } from './runGraph.ts';
import { RunQueue } from './runQueue.ts';

/** A graph's inputs by name. */
export type Inputs = Record<string, Tensor>;

/** A graph's outputs by name. */
export type Outputs = Readonly<Record<string, Tensor>>;

/** Of a layer's keys and values. */
interface PastDims {
  readonly keys: readonly number[];
  readonly values: readonly number[];
}

/** What a cache's last run was given. */
interface Given {
  readonly slots: number;
  readonly inputs: Inputs;
}

/** A decoder's graph that reads a {@link KvCache} in place and gives the new keys and values, and the one place where it is run. */
export class CachedGraph {
  readonly #config: DecoderConfig;
  readonly #backend: Backend;
  readonly #session: InferenceSession;
  readonly #queue: RunQueue;
  readonly #pastDims: (slots: number) => PastDims;
  readonly #given = new WeakMap<KvCache, Given>();

  /** @param pastDims of a layer's buffers in a cache of so many slots */
  constructor(
    config: DecoderConfig,
    backend: Backend,
    session: InferenceSession,
    pastDims: (slots: number) => PastDims,
    queue = new RunQueue(),
  ) {
    this.#config = config;
    this.#backend = backend;
    this.#session = session;
    this.#queue = queue;
    this.#pastDims = pastDims;
  }

  /**
   * Runs new tokens behind those of a cache and appends their keys and values to it.
   * @param fill sets the graph's inputs for them, all but the cache
   * @param other another graph of the decoder to run instead
   * @returns the graph's outputs by name
   * @throws PaddockError as {@link ModelRuntime.run}
   */
  run(batch: Batch, cache: KvCache, fill: (inputs: Inputs, tokens: NewTokens) => void, other = this.#session): Promise<Outputs> {
    return this.#queue.enqueue(async () => {
      checkTokens(batch.ids, cache, this.#config.vocabularySize);
      cache.fit();
      const positions = batch.positions ?? batch.ids.map((_, i) => cache.nextPosition + i);
      // An object of the new inputs, or of all, would take a step longer to build than the inputs themselves.
      const inputs = this.#past(cache);
      fill(inputs, { positions, sees: batch.sees });
      const outputs = await runGraph(other, inputs, this.#backend.device);
      cache.append(positions, outputs[Names.fresh]?.data as Float32Array);
      return outputs;
    });
  }

  /** Does something to the other graphs when what is queued has run. */
  between(action: () => Promise<void>): Promise<void> {
    return this.#queue.enqueue(action);
  }

  /** Releases the graph when what is queued has run. */
  dispose(): Promise<void> {
    return this.#queue.enqueue(() => this.#session.release());
  }

  /** The inputs of the last run, with the cache's buffers as tensors, which are made anew only where its heads have moved. */
  #past(cache: KvCache): Inputs {
    const known = this.#given.get(cache);
    if (known?.slots === cache.slots) return known.inputs;
    const dims = this.#pastDims(cache.slots);
    const { Tensor } = this.#backend.ort;
    const inputs: Inputs = known?.inputs ?? {};
    for (let layer = 0; layer < this.#config.layers; layer++) {
      const { keys, values } = cache.past(layer);
      inputs[Names.pastKey(layer)] = new Tensor('float32', keys, dims.keys);
      inputs[Names.pastValue(layer)] = new Tensor('float32', values, dims.values);
    }
    this.#given.set(cache, { slots: cache.slots, inputs });
    return inputs;
  }
}
