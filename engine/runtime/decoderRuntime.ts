import { Names } from '../graph/names.ts';
import type { DecoderConfig } from '../model/config.ts';
import type { Backend } from './backend.ts';
import { CachedGraph, type Inputs, type Outputs } from './cachedGraph.ts';
import { type DecoderImage, loadImage } from './decoderImage.ts';
import { Feeds } from './feeds.ts';
import { KvCache } from './kvCache.ts';
import { rowsOf } from './logitRows.ts';
import { alibi, cacheFirst, grouping, Masks, type NewTokens } from './masks.ts';
import type { Batch, CacheOptions, LogitRow, ModelRuntime } from './modelRuntime.ts';
import type { InferenceSession } from './ort.ts';
import { OtherGraphs, type OtherImages, type OtherKind } from './otherGraphs.ts';
import { checkUnsteered, type SteeringRows } from './steering.ts';
import { onThreads } from './threads.ts';

/**
 * {@link ModelRuntime.runCosts} in WebAssembly, where weights are floats: processor time of runs over 512 and 900 tokens of context, with
 * 10 and with 110 million parameters, alike within a tenth.
 */
const WASM_RUN_COSTS = [1, 1.15, 1.43, 1.71, 1.93, 2.2, 2.4, 2.65];

/**
 * Fewest new tokens that prefill's attention runs. It copies the cache once, which only many make up for, and what follows single tokens in
 * a graph of its own waits for that one's threads and weights. Measured with one thread and two: there (default model) both take as long
 * for 24 tokens behind 100, and for 64 behind 900; in the same graph (110 million parameters, one thread) for 8 and for 24.
 */
const PREFILL_FROM = { ownGraph: 32, sameGraph: 16 } as const;

/** A decoder's graphs, and the way to those that are opened on demand. */
export interface DecoderImages {
  readonly plain: DecoderImage;
  /** The graph for prefill; `same graph` where the others have its attention, too. See `Lowering.prefill`. */
  readonly prefill?: DecoderImage | 'same graph' | undefined;
  /** Without it the decoder can neither be steered nor observed. */
  readonly others?: OtherImages | undefined;
}

/** Graphs of a decoder that Paddock built, loaded into onnxruntime. */
export class DecoderRuntime implements ModelRuntime {
  readonly config: DecoderConfig;
  readonly canBranch = true;
  readonly runCosts: readonly number[] | undefined;
  readonly #graph: CachedGraph;
  readonly #masks: Masks;
  readonly #make: Feeds;
  readonly #prefill: InferenceSession | undefined;
  /** Whether the plain graph has prefill's attention, too. */
  readonly #readsInSame: boolean;
  readonly #others: OtherGraphs;

  private constructor(config: DecoderConfig, backend: Backend, sessions: Sessions, others: OtherGraphs) {
    this.config = config;
    this.#prefill = sessions.prefill;
    this.#readsInSame = sessions.readsInSame;
    this.#others = others;
    this.runCosts = backend.device === 'wasm' ? WASM_RUN_COSTS : undefined;
    const { kvHeads, headSize } = config;
    this.#graph = new CachedGraph(config, backend, sessions.plain, (slots) => {
      const keys = [kvHeads, 1, slots, headSize];
      return { keys, values: sessions.readsInSame ? [kvHeads, 1, headSize, slots] : keys };
    });
    const bias = config.positions.kind === 'alibi' ? alibi(config.heads) : undefined;
    this.#masks = new Masks(config, bias, sessions.readsInSame ? cacheFirst : undefined);
    this.#make = new Feeds(backend.ort, config);
  }

  /**
   * @param images of the graphs of {@link config}
   * @param threads of one run
   * @throws PaddockError `runtime` when onnxruntime refuses a graph
   */
  static async create(
    config: DecoderConfig,
    { plain, prefill, others }: DecoderImages,
    backend: Backend,
    threads: number,
  ): Promise<DecoderRuntime> {
    const load = (graph: DecoderImage) => loadImage(graph, backend.ort, onThreads(threads));
    const sessions: Sessions = { plain: await load(plain), readsInSame: prefill === 'same graph' };
    try {
      if (prefill && prefill !== 'same graph') sessions.prefill = await load(prefill);
    } catch (error) {
      await sessions.plain.release();
      throw error;
    }
    return new DecoderRuntime(config, backend, sessions, new OtherGraphs(others, load));
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

  get canSteer(): boolean {
    return this.#others.possible;
  }

  get otherGraphs(): readonly OtherKind[] {
    return this.#others.open;
  }

  get cacheBytesPerToken(): number {
    return cacheBytesPerToken(this.config);
  }

  newCache(options?: CacheOptions): KvCache {
    return new KvCache(this.config, options, this.#readsInSame ? 'slots last' : 'slots first');
  }

  async run(batch: Batch, cache: KvCache): Promise<LogitRow[]> {
    const { steering } = cache;
    return rowsOf(await (steering ? this.#runSteered(batch, cache, steering) : this.#runPlain(batch, cache)));
  }

  async observe(batch: Batch, cache: KvCache): Promise<Float32Array> {
    checkUnsteered(cache);
    const session = await this.#others.session('observed');
    const fill = (inputs: Inputs, tokens: NewTokens) => this.#fill(inputs, batch, tokens, cache);
    return (await this.#graph.run(batch, cache, fill, session))[Names.residuals]?.data as Float32Array;
  }

  endObserving(): Promise<void> {
    return this.#graph.between(() => this.#others.release('observed'));
  }

  async dispose(): Promise<void> {
    await this.#graph.between(async () => {
      await this.#others.dispose();
      await this.#prefill?.release();
    });
    await this.#graph.dispose();
  }

  #runPlain(batch: Batch, cache: KvCache): Promise<Outputs> {
    if (this.#prefill && isReading(batch, PREFILL_FROM.ownGraph)) {
      const fill = (inputs: Inputs, tokens: NewTokens) => {
        this.#fillPrefill(inputs, batch, cache);
        this.#fillTokens(inputs, batch, tokens, cache);
      };
      return this.#graph.run(batch, cache, fill, this.#prefill);
    }
    return this.#graph.run(batch, cache, (inputs, tokens) => this.#fill(inputs, batch, tokens, cache));
  }

  async #runSteered(batch: Batch, cache: KvCache, steering: SteeringRows): Promise<Outputs> {
    const session = await this.#others.session('steered');
    const own = this.#make.steering(steering);
    const fill = (inputs: Inputs, tokens: NewTokens) => {
      this.#fill(inputs, batch, tokens, cache);
      Object.assign(inputs, own);
    };
    return this.#graph.run(batch, cache, fill, session);
  }

  #fill(inputs: Inputs, batch: Batch, tokens: NewTokens, cache: KvCache): void {
    const count = batch.ids.length;
    const reads = this.#readsInSame && isReading(batch, PREFILL_FROM.sameGraph);
    if (reads) this.#fillNoMasks(inputs);
    else this.#fillMasks(inputs, tokens, cache);
    if (this.#readsInSame) {
      inputs[Names.single] = this.#make.bool(count === 1);
      inputs[Names.reading] = this.#make.bool(reads);
      this.#fillPrefill(inputs, batch, cache);
    } else {
      this.#make.whole(inputs, Names.grouping, grouping(this.config, count));
    }
    this.#make.whole(inputs, Names.spans, [cache.slots, count]);
    this.#fillTokens(inputs, batch, tokens, cache);
  }

  #fillMasks(inputs: Inputs, tokens: NewTokens, cache: KvCache): void {
    const { window } = this.config.attention;
    const fill = (name: string, size?: number) => {
      const former = inputs[name];
      const { data, dims } = this.#masks.build(cache, tokens, size, former?.data as Float32Array | undefined);
      inputs[name] = this.#make.float32(data, dims, former);
    };
    fill(Names.mask);
    if (window) fill(Names.windowMask, window.size);
  }

  /** Masks of any content: none is looked at. */
  #fillNoMasks(inputs: Inputs): void {
    for (const name of [Names.mask, ...(this.config.attention.window ? [Names.windowMask] : [])]) {
      inputs[name] ??= this.#make.float32(Float32Array.of(0), [1, 1, 1, 1]);
    }
  }

  #fillPrefill(inputs: Inputs, { ids }: Batch, cache: KvCache): void {
    const total = cache.length + ids.length;
    inputs[Names.last] = this.#make.int32([total - 1]);
    inputs[Names.total] = this.#make.int32([total], []);
  }

  #fillTokens(inputs: Inputs, { ids, rows }: Batch, { positions }: NewTokens, cache: KvCache): void {
    this.#make.whole(inputs, Names.ids, ids, [1, ids.length]);
    this.#make.whole(inputs, Names.rows, rows);
    this.#make.positions(inputs, positions, cache.tables);
  }
}

/** Whether prefill's attention can run a batch, and is the faster one. */
function isReading({ ids, sees }: Batch, from: number): boolean {
  return !sees && ids.length >= from;
}

interface Sessions {
  readonly plain: InferenceSession;
  prefill?: InferenceSession;
  readonly readsInSame: boolean;
}

/** Bytes of one token's keys and values over all layers. */
export function cacheBytesPerToken({ layers, kvHeads, headSize }: DecoderConfig): number {
  return 2 * layers * kvHeads * headSize * Float32Array.BYTES_PER_ELEMENT;
}
