import { Names } from '../graph/names.ts';
import type { DecoderConfig } from '../model/config.ts';
import type { Backend } from './backend.ts';
import { CachedGraph, type Inputs, type Outputs } from './cachedGraph.ts';
import { type DecoderImage, loadImage } from './decoderImage.ts';
import { Feeds } from './feeds.ts';
import { KvCache } from './kvCache.ts';
import { rowsOf } from './logitRows.ts';
import { alibi, grouping, Masks, type NewTokens } from './masks.ts';
import type { Batch, CacheOptions, LogitRow, ModelRuntime } from './modelRuntime.ts';
import type { InferenceSession } from './ort.ts';
import { OtherGraphs, type OtherImages, type OtherKind } from './otherGraphs.ts';
import { checkUnsteered, type SteeringRows } from './steering.ts';

/**
 * {@link ModelRuntime.runCosts} in WebAssembly, where weights are floats: processor time of runs over 512 and 900 tokens of context, with
 * 10 and with 110 million parameters, alike within a tenth.
 */
const WASM_RUN_COSTS = [1, 1.15, 1.43, 1.71, 1.93, 2.2, 2.4, 2.65];

/** A decoder graph that Paddock built, loaded into onnxruntime. */
export class DecoderRuntime implements ModelRuntime {
  readonly config: DecoderConfig;
  readonly canBranch = true;
  readonly runCosts: readonly number[] | undefined;
  readonly #graph: CachedGraph;
  readonly #masks: Masks;
  readonly #make: Feeds;
  readonly #others: OtherGraphs;

  private constructor(config: DecoderConfig, backend: Backend, session: InferenceSession, others: OtherGraphs) {
    this.config = config;
    this.#others = others;
    this.runCosts = backend.device === 'wasm' ? WASM_RUN_COSTS : undefined;
    const { kvHeads, headSize } = config;
    this.#graph = new CachedGraph(config, backend, session, (slots) => [kvHeads, 1, slots, headSize]);
    this.#masks = new Masks(config, config.positions.kind === 'alibi' ? alibi(config.heads) : undefined);
    this.#make = new Feeds(backend.ort, config);
  }

  /**
   * @param image the graph of {@link config}
   * @param threads of one run
   * @param images gives the decoder's other graphs; without them it can neither be steered nor observed
   * @throws PaddockError `runtime` when onnxruntime refuses the graph
   */
  static async create(
    config: DecoderConfig,
    image: DecoderImage,
    backend: Backend,
    threads: number,
    images?: OtherImages,
  ): Promise<DecoderRuntime> {
    const load = (graph: DecoderImage) => loadImage(graph, backend.ort, { intraOpNumThreads: threads });
    return new DecoderRuntime(config, backend, await load(image), new OtherGraphs(images, load));
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
    return new KvCache(this.config, options);
  }

  async run(batch: Batch, cache: KvCache): Promise<LogitRow[]> {
    const { steering } = cache;
    const fill = (inputs: Inputs, tokens: NewTokens) => this.#fill(inputs, batch, tokens, cache);
    const outputs = steering ? this.#runSteered(batch, cache, steering) : this.#graph.run(batch, cache, fill);
    return rowsOf(await outputs);
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
    await this.#graph.between(() => this.#others.dispose());
    await this.#graph.dispose();
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

  #fill(inputs: Inputs, { ids, rows }: Batch, tokens: NewTokens, cache: KvCache): void {
    const { attention } = this.config;
    const mask = (name: string, window?: number) => {
      const former = inputs[name];
      const { data, dims } = this.#masks.build(cache, tokens, window, former?.data as Float32Array | undefined);
      inputs[name] = this.#make.float32(data, dims, former);
    };
    mask(Names.mask);
    if (attention.window) mask(Names.windowMask, attention.window.size);
    this.#make.whole(inputs, Names.ids, ids, [1, ids.length]);
    this.#make.whole(inputs, Names.grouping, grouping(this.config, ids.length));
    this.#make.whole(inputs, Names.spans, [cache.slots, ids.length]);
    this.#make.whole(inputs, Names.rows, rows);
    this.#make.positions(inputs, tokens.positions, cache.tables);
  }
}

/** Bytes of one token's keys and values over all layers. */
export function cacheBytesPerToken({ layers, kvHeads, headSize }: DecoderConfig): number {
  return 2 * layers * kvHeads * headSize * Float32Array.BYTES_PER_ELEMENT;
}
