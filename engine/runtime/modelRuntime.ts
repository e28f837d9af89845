import type { RopeScaling } from '../model/config.ts';
import type { RowSummary } from '../sampling/sampler.ts';
import type { OtherKind } from './otherGraphs.ts';
import type { Steering } from './steering.ts';

/** Slots `[start, end)` of a cache and of the new tokens behind it: new token i of a run stands in slot `cache.length + i`. */
export interface SlotRange {
  readonly start: number;
  readonly end: number;
}

/** New tokens to run after those of a cache. */
export interface Batch {
  readonly ids: readonly number[];
  /** Position of each new token; following the cache's last position where absent. */
  readonly positions?: readonly number[];
  /**
   * For each new token, the slots it attends to, its own included. Everything before it where absent. With this, branches of one timeline
   * run together: each sees the shared prefix and its own tokens, but not those of the others.
   */
  readonly sees?: readonly (readonly SlotRange[])[];
  /** Which of the new tokens get logits, by index. */
  readonly rows: readonly number[];
}

export interface CacheOptions {
  /** Tokens that fit, at most; the model's trained context where absent. */
  readonly window?: number;
  /** Instead of the scaling in the model's configuration. Holds for the cache's lifetime: its keys carry it. */
  readonly scaling?: RopeScaling;
  /** Changes the residual stream. Holds for the cache's lifetime, too, because its keys and values come from the changed stream. */
  readonly steering?: Steering;
}

/** Keys and values of one timeline. The caller knows which token is in which slot. */
export interface Cache {
  /** Slots in use. */
  readonly length: number;
  /** Slots there can be. */
  readonly limit: number;
  /** Bytes held now. */
  readonly bytes: number;
  /** Forgets all but the first `length` slots. */
  truncate(length: number): void;
  /** Forgets all but the given slots, which are ascending and keep their order. */
  keep(slots: readonly SlotRange[]): void;
  /**
   * Forgets the slots of a range and moves the later ones to their positions: keys are rotated back by as many positions, exactly.
   * @throws PaddockError `bad-request` for models whose positions cannot be moved
   */
  discard(range: SlotRange): void;
  /** Frees the memory. The cache must not be used any more. */
  dispose(): void;
}

/** Logits behind one token. */
export interface LogitRow {
  /** `[vocabulary]` */
  readonly logits: Float32Array;
  /** From graphs that find it. */
  readonly summary?: RowSummary | undefined;
}

/** The most probable tokens of one row of logits, best first. */
export interface TopLogits {
  readonly tokens: Int32Array;
  readonly logits: Float32Array;
  /** ln Σ exp(logit) over the whole vocabulary: a token's log-probability is its logit minus this. */
  readonly logSumExp: number;
}

/** A loaded model, whatever runs it: tokens in, logits out. The session above knows the timeline, this knows the tensors. */
export interface ModelRuntime {
  readonly vocabularySize: number;
  /** Tokens of context the model was trained on. */
  readonly contextLength: number;
  /** Whether {@link Batch.sees}, {@link Batch.positions} and {@link Cache.keep} work. */
  readonly canBranch: boolean;
  /** Whether {@link Cache.discard} works. */
  readonly canDiscard: boolean;
  /** Whether {@link CacheOptions.steering} and {@link observe} work; they do not where absent. */
  readonly canSteer?: boolean;
  /** Graphs that were opened on demand and still are, each with weights of its own; none where absent. */
  readonly otherGraphs?: readonly OtherKind[];
  /** Bytes of keys and values of one token. */
  readonly cacheBytesPerToken: number;
  /**
   * Cost of runs of 1, 2, 3 … new tokens with logits of all of them, relative to a run of one; drafts are planned by it. Absent for the
   * native CPU's costs; `[1]` if several tokens take as many runs.
   */
  readonly runCosts?: readonly number[] | undefined;
  newCache(options?: CacheOptions): Cache;
  /**
   * Runs new tokens after those in the cache and appends their keys and values to it. The cache is unchanged when the run fails. Runs are
   * queued one after the other.
   * @returns a row for each of the batch's rows
   * @throws PaddockError `runtime`, or `bad-request` when the tokens do not fit or are not of the vocabulary
   */
  run(batch: Batch, cache: Cache): Promise<LogitRow[]>;
  /**
   * As {@link run}, for the largest logits of each row alone, found on the device, to avoid transferring whole rows. Absent if they cost
   * nothing.
   * @param count of logits of a row
   */
  runTop?(batch: Batch, cache: Cache, count: number): Promise<TopLogits[]>;
  /**
   * As {@link run} without steering, for the residual stream behind each layer instead of logits.
   * @returns `[layers, rows, hidden size]`
   */
  observe?(batch: Batch, cache: Cache): Promise<Float32Array>;
  /** Frees the extra memory of observing, after the runs that came before; the next call allocates it again. */
  endObserving?(): Promise<void>;
  dispose(): Promise<void>;
}
