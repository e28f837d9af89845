import { PaddockError } from '../../errors.ts';
import type { OnnxGraphs } from '../../model/onnx/folder.ts';
import { stateBytesPerToken } from '../../model/onnx/interface.ts';
import type { Backend } from '../backend.ts';
import { checkTokens } from '../feeds.ts';
import type { Batch, Cache, CacheOptions, LogitRow, ModelRuntime, TopLogits } from '../modelRuntime.ts';
import type { Tensor } from '../ort.ts';
import { RunQueue } from '../runQueue.ts';
import { DecoderGraph, type Encoding, type GraphRun } from './decoderGraph.ts';
import { openGraph } from './graphSession.ts';
import { copyRows } from './logits.ts';
import { free, OnnxCache, release, type States } from './onnxCache.ts';

/**
 * Largest difference of logits, relative to the largest logit, allowed between one run and the same tokens in two: kernels round
 * differently.
 */
const SAME = 0.1;

/** What a decoder is run with. */
export interface OnnxDecoderParts {
  readonly backend: Backend;
  readonly graph: DecoderGraph;
  readonly graphs: OnnxGraphs;
  readonly queue: RunQueue;
  /** Of encoder–decoder pairs. */
  readonly encoding?: Encoding;
  dispose(): Promise<void>;
}

/** The graph of an ONNX folder, driven by its own inputs and outputs. */
export class OnnxFolderRuntime implements ModelRuntime {
  readonly canBranch = false;
  readonly canDiscard = false;
  /** On a GPU only. */
  readonly runTop?: NonNullable<ModelRuntime['runTop']>;
  readonly #parts: OnnxDecoderParts;

  constructor(parts: OnnxDecoderParts) {
    this.#parts = parts;
    if (parts.backend.device === 'webgpu') this.runTop = (batch, cache, count) => this.#runTop(batch, cache, count);
  }

  /**
   * Loads a decoder.
   * @throws PaddockError `runtime` when onnxruntime refuses it, `unsupported-model` for an encoder–decoder pair
   */
  static async create(graphs: OnnxGraphs, backend: Backend, threads: number): Promise<OnnxFolderRuntime> {
    if (graphs.encoder || graphs.decoder.io.encoderStates) {
      throw new PaddockError(
        'unsupported-model',
        `${graphs.decoder.path} continues what an encoder has read, not a text of its own.`,
      );
    }
    const graph = await openDecoder(graphs, backend, threads);
    return new OnnxFolderRuntime({ backend, graph, graphs, queue: new RunQueue(), dispose: () => graph.dispose() });
  }

  get vocabularySize(): number {
    return this.#parts.graphs.vocabularySize;
  }

  get contextLength(): number {
    return this.#parts.graphs.settings.contextLength;
  }

  get cacheBytesPerToken(): number {
    return stateBytesPerToken(this.#parts.graph.states);
  }

  /** A graph that gives one row of logits, or cannot take several tokens after a cache, runs drafts one by one. */
  get runCosts(): readonly number[] | undefined {
    const { lastOnly, continues } = this.#parts.graph;
    return lastOnly || continues === false ? [1] : undefined;
  }

  newCache({ window, scaling }: CacheOptions = {}): OnnxCache {
    if (scaling) throw new PaddockError('bad-request', 'The positions of an ONNX folder are fixed in its graph.');
    const limit = Math.min(window ?? this.contextLength, this.contextLength);
    return new OnnxCache(this.#parts.graph.cut, this.#parts.graph.states, limit);
  }

  async run(batch: Batch, cache: Cache): Promise<LogitRow[]> {
    const all = batch.rows.map(() => ({ logits: new Float32Array(this.vocabularySize) }));
    await this.#advance(batch, cache, (logits, positions, places) => {
      const targets = places.map((place) => (all[place] as LogitRow).logits);
      return copyRows(logits, positions, targets, this.#parts.graph.logits);
    });
    return all;
  }

  dispose(): Promise<void> {
    return this.#parts.queue.enqueue(() => this.#parts.dispose());
  }

  async #runTop(batch: Batch, cache: Cache, count: number): Promise<TopLogits[]> {
    const all = new Array<TopLogits>(batch.rows.length);
    await this.#advance(batch, cache, async (logits, positions, places) => {
      const found = await this.#parts.graph.logits.top(logits, positions, count);
      for (const [i, place] of places.entries()) all[place] = found[i] as TopLogits;
    });
    return all;
  }

  /**
   * Runs the batch in pieces that the graph can take.
   * @param read is given a piece's logits, the positions in them of the rows that are wanted, and the place of each row among the batch's
   */
  #advance(
    batch: Batch,
    cache: Cache,
    read: (logits: Tensor, positions: readonly number[], places: readonly number[]) => Promise<void>,
  ): Promise<void> {
    return this.#parts.queue.enqueue(async () => {
      if (!(cache instanceof OnnxCache)) throw new PaddockError('bad-request', 'The cache is of another model.');
      this.#check(batch, cache);
      const { ids, rows } = batch;
      let states = await cache.states();
      for (let done = 0; done < ids.length; ) {
        const end = await this.#pieceEnd(batch, cache.length, done);
        const places = [...rows.keys()].filter((place) => (rows[place] as number) >= done && (rows[place] as number) < end);
        const needed = places.map((place) => rows[place] as number);
        const piece = await this.#runPiece(cache, ids.slice(0, end), states, done, needed);
        if (!piece) continue; // The graph turned out to give the last row only; shorter pieces now.
        const positions = needed.map((row) => piece.rows - (end - row));
        states = piece.states;
        // If a later piece fails, the cache cuts off again what is not of its timeline.
        cache.hold(states, cache.length + end);
        done = end;
        try {
          if (places.length > 0) await read(piece.logits, positions, places);
        } finally {
          free(piece.logits);
        }
      }
      cache.append(ids);
    });
  }

  /** Runs new tokens from `done` on; undefined if some of their logits are missing. */
  async #runPiece(cache: OnnxCache, ids: readonly number[], states: States, done: number, needed: readonly number[]) {
    const { graph, encoding } = this.#parts;
    const wanted = ids.length - Math.min(...needed, ids.length - 1);
    const isStateless = graph.states.length === 0;
    const piece = isStateless
      ? await graph.run([...cache.ids, ...ids], 0, states, wanted, encoding)
      : await graph.run(ids.slice(done), cache.length + done, states, wanted, encoding);
    if (piece.vocabulary !== this.vocabularySize) {
      throw new PaddockError(
        'bad-model',
        `${this.#parts.graphs.decoder.path} gives ${piece.vocabulary} logits; its vocabulary has ${this.vocabularySize}.`,
      );
    }
    if (piece.rows >= wanted) return piece;
    if (piece.rows < 1 || graph.lastOnly) throw new PaddockError('runtime', `${this.#parts.graphs.decoder.path} gave no logits.`);
    graph.lastOnly = true;
    free(piece.logits);
    release(piece.states, states);
    return undefined;
  }

  /** Where the next run ends that begins with new token `done`. */
  async #pieceEnd({ ids, rows }: Batch, cached: number, done: number): Promise<number> {
    if (cached + done > 0 && ids.length - done > 1 && !(await this.#canContinue())) return done + 1;
    const end = Math.min(ids.length, done + (this.#parts.backend.adapter?.longestRun ?? ids.length));
    if (!this.#parts.graph.lastOnly) return end;
    return Math.min(...rows.filter((row) => row >= done), end - 1) + 1;
  }

  /**
   * Whether several tokens may follow a cache in one run. Decoders with a separate branch or graph for that were often traced with one
   * token, without a mask among the new ones; so it is tested.
   */
  async #canContinue(): Promise<boolean> {
    const { graph, encoding } = this.#parts;
    if (graph.continues !== undefined) return graph.continues;
    const ids = [1, 2, 3, 4, 5].map((id) => id % this.vocabularySize);
    const last = async ({ logits, rows }: GraphRun, count: number) => {
      const values = Array.from({ length: count }, () => new Float32Array(this.vocabularySize));
      const positions = values.map((_, i) => rows - count + i);
      await copyRows(logits, positions, values, graph.logits);
      return values;
    };
    try {
      const whole = await graph.run(ids, 0, new Map(), 2, encoding);
      const start = await graph.run(ids.slice(0, 2), 0, new Map(), 1, encoding);
      const rest = await graph.run(ids.slice(2), 2, start.states, 2, encoding);
      release(whole.states);
      release(start.states, rest.states);
      release(rest.states);
      const rows = Math.min(whole.rows, rest.rows, 2);
      const [inOne, inTwo] = [await last(whole, rows), await last(rest, rows)];
      graph.continues = inOne.every((row, i) => differ(row, inTwo[i] as Float32Array) < SAME);
      for (const { logits } of [whole, start, rest]) logits.dispose();
    } catch {
      graph.continues = false;
    }
    return graph.continues;
  }

  #check({ ids, rows, positions, sees }: Batch, cache: OnnxCache): void {
    const refuse = (why: string) => new PaddockError('bad-request', why);
    if (positions || sees) throw refuse('The graphs of an ONNX folder have one timeline, without branches.');
    if (ids.length === 0) throw refuse('There is no token to run the model on.');
    checkTokens(ids, cache, this.vocabularySize);
    const isNew = (row: number) => Number.isInteger(row) && row >= 0 && row < ids.length;
    if (!rows.every(isNew)) throw refuse(`Logits of rows ${rows} are asked for; ${ids.length} tokens are new.`);
  }
}

/** Loads the graphs of a decoder; none stays when one of them fails. */
export async function openDecoder(graphs: OnnxGraphs, backend: Backend, threads: number): Promise<DecoderGraph> {
  const load = (graph: OnnxGraphs['decoder']) => {
    const staying = [graph.io.logits.name, ...graph.io.states.flatMap(({ output }) => output ?? [])];
    return openGraph(graph, graphs.folder, backend, threads, staying);
  };
  const first = { session: await load(graphs.decoder), io: graphs.decoder.io };
  if (!graphs.next) return new DecoderGraph(backend, first, undefined);
  try {
    return new DecoderGraph(backend, first, { session: await load(graphs.next), io: graphs.next.io });
  } catch (error) {
    await first.session.release();
    throw error;
  }
}

/** Largest difference over largest magnitude. */
function differ(values: Float32Array, truth: Float32Array): number {
  let difference = 0;
  let scale = 0;
  for (const [i, value] of truth.entries()) {
    difference = Math.max(difference, Math.abs(value - (values[i] as number)));
    scale = Math.max(scale, Math.abs(value));
  }
  return Number.isFinite(difference) ? difference / scale : Number.POSITIVE_INFINITY;
}
