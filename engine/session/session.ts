import { PaddockError, throwIfCancelled } from '../errors.ts';
import type { CacheOptions, LogitRow, ModelRuntime, TopLogits } from '../runtime/modelRuntime.ts';
import { Branches } from './branches.ts';
import { PREFILL_CHUNK, Timeline } from './timeline.ts';

export interface SessionOptions extends CacheOptions {
  /**
   * Slides instead of ending when the window is full: this many first tokens stay, the oldest of the others are dropped (StreamingLLM,
   * Xiao et al. 2024, who found four to be enough).
   */
  readonly sinks?: number;
}

/** What stands behind the last token. */
export interface SyncResult extends LogitRow {
  /** How many tokens were not computed again. */
  readonly reused: number;
}

/**
 * One mutable timeline of tokens over a loaded model. The caller passes the whole sequence each time; the session finds which part is
 * already computed. One call at a time.
 */
export class Session {
  readonly #runtime: ModelRuntime;
  readonly #options: SessionOptions;
  readonly #timeline: Timeline;
  #branches: Branches | undefined;

  /** @throws PaddockError `bad-request` for a window that the model cannot have, or steering that it does not take */
  constructor(runtime: ModelRuntime, options: SessionOptions = {}) {
    if (options.sinks !== undefined && !runtime.canDiscard) {
      throw new PaddockError('bad-request', 'The context of this model cannot slide. Choose a fixed window.');
    }
    if (options.steering && !runtime.canSteer) {
      throw new PaddockError(
        'bad-request',
        'This model cannot be steered: its graph comes with its files. Choose GGUF or safetensors.',
      );
    }
    this.#runtime = runtime;
    this.#options = options;
    this.#timeline = new Timeline(() => runtime.newCache(options), options.sinks);
  }

  /** Another timeline of the same model, with its own window of the same kind. */
  beside(): Session {
    return new Session(this.#runtime, this.#options);
  }

  get vocabularySize(): number {
    return this.#runtime.vocabularySize;
  }

  /** See {@link ModelRuntime.runCosts}. */
  get runCosts(): readonly number[] | undefined {
    return this.#runtime.runCosts;
  }

  /** Most tokens that the model sees; may shrink when a GPU is lost. */
  get contextLength(): number {
    return this.#timeline.limit;
  }

  /** Bytes that its cache holds now. */
  get cacheBytes(): number {
    return this.#timeline.bytes;
  }

  /** Bytes that its cache holds when the window is full. */
  get fullCacheBytes(): number {
    return this.contextLength * this.#runtime.cacheBytesPerToken;
  }

  /** The whole timeline, also what has slid out of the window. */
  get tokens(): readonly number[] {
    return this.#timeline.tokens;
  }

  /** What the model sees of the timeline: all of it or, if some slid out, its first and last tokens. */
  get visible(): readonly number[] {
    return this.#timeline.visible;
  }

  /** Tokens that can still be appended. */
  get room(): number {
    return this.#timeline.isSliding ? Infinity : this.#timeline.free;
  }

  /** Tokens that can be appended before something slides out. */
  get free(): number {
    return this.#timeline.free;
  }

  /**
   * Makes `tokens` the timeline, reusing the longest prefix it shares with the present one. At least the last token is run, for its logits.
   * Under a sliding window a longer sequence is fed through it.
   * @param pause awaited before each run
   * @throws PaddockError `cancelled` after at most one chunk; what was computed until then stays and is reused by the next call
   */
  sync(tokens: readonly number[], signal?: AbortSignal, pause?: () => Promise<void>): Promise<SyncResult> {
    return this.#call(async () => {
      if (tokens.length === 0) throw new PaddockError('bad-request', 'There is no token to run the model on.');
      this.#checkFit(tokens.length);
      const reused = this.#returnTo(tokens);
      let last: LogitRow | undefined;
      for await (const [row] of this.#advance(tokens, false, signal, pause)) last = row;
      return { ...(last as LogitRow), reused };
    });
  }

  /**
   * Lets more urgent work in between two runs.
   * @returns whether that used this timeline: what is to go on must be synced again then
   */
  async letIn(pause: (() => Promise<void>) | undefined): Promise<boolean> {
    const { revision } = this.#timeline;
    await pause?.();
    return revision !== this.#timeline.revision;
  }

  /**
   * Forgets what was not computed in runs of whole chunks from the first token on. What follows then depends on tokens alone, to the last
   * bit: rounding differs a little with the tokens that are run together.
   */
  forgetUneven(): void {
    this.#branches?.abandon();
    this.#timeline.truncate(this.#timeline.even);
  }

  /** Appends one token. @returns its logits, `[vocabulary]` */
  async step(token: number): Promise<Float32Array> {
    return ((await this.steps([token]))[0] as LogitRow).logits;
  }

  /** Whether {@link stepsTop} saves anything: rows of logits are costly to bring back from this device. */
  get hasTop(): boolean {
    return this.#runtime.runTop !== undefined;
  }

  /** As {@link steps}. @returns the `count` largest logits of each token, from runtimes that find them on the device */
  stepsTop(tokens: readonly number[], count: number): Promise<TopLogits[]> {
    return this.#call(async () => {
      await this.#restore();
      const batch = { ids: tokens, rows: [...tokens.keys()] };
      const tops = await this.#runtime.runTop?.(batch, this.#timeline.slide(tokens.length), count);
      if (!tops) throw new PaddockError('runtime', 'This device does not find the largest logits itself; take them all.');
      this.#timeline.append(tokens);
      return tops;
    });
  }

  /** Appends tokens in one run. @returns the logits behind each */
  steps(tokens: readonly number[]): Promise<LogitRow[]> {
    return this.#call(async () => {
      await this.#restore();
      return this.#run(tokens, true);
    });
  }

  /** Takes back the last tokens. @throws PaddockError `bad-request` for more than the model sees of the timeline */
  rewind(count: number): void {
    if (count === 0) return;
    const most = this.#timeline.rewindable;
    if (!Number.isInteger(count) || count < 0 || count > most) {
      throw new PaddockError('bad-request', `${count} tokens cannot be taken back; at most ${most} can, from the end.`);
    }
    this.#branches?.abandon();
    this.#timeline.truncate(this.tokens.length - count);
  }

  /**
   * Runs the whole sequence from scratch.
   * @param pause awaited before each run
   * @returns chunk by chunk, the logits behind every token
   */
  async *evaluate(tokens: readonly number[], signal?: AbortSignal, pause?: () => Promise<void>): AsyncGenerator<LogitRow[]> {
    this.#branches?.abandon();
    this.#checkFit(tokens.length);
    this.#timeline.takeLost();
    this.#timeline.truncate(0);
    yield* this.#advance(tokens, true, signal, pause);
  }

  /**
   * Several continuations of the timeline side by side. Any other call ends them; {@link Branches.keep} makes one of them the timeline.
   * @param most most tokens each will get: branches that do not fit side by side run one after the other
   */
  async fork(count: number, most: number): Promise<Branches> {
    await this.#call(() => this.#restore());
    const space = this.#spaceOfBranches;
    const together = this.#runtime.canBranch && count * most <= space;
    const cache = this.#timeline.slide(together ? count * most : Math.min(most, space));
    this.#branches = new Branches(count, together, {
      cache,
      run: (batch) => this.#runtime.run(batch, cache),
      end: (kept) => {
        this.#timeline.append(kept);
        this.#branches = undefined;
      },
    });
    return this.#branches;
  }

  /** How many continuations of this many tokens each fit side by side after the timeline; at least one. */
  abreast(most: number): number {
    return this.#runtime.canBranch ? Math.max(1, Math.floor(this.#spaceOfBranches / most)) : 1;
  }

  /** Tokens that branches may take together. */
  get #spaceOfBranches(): number {
    return this.#timeline.isSliding ? (this.contextLength - this.#timeline.sinks) >> 1 : this.room;
  }

  /** Frees the cache, between two runs. The tokens are remembered, and recomputed when they are next needed. */
  evict(): void {
    this.#branches?.abandon();
    this.#timeline.release();
  }

  async #call<T>(action: () => Promise<T>): Promise<T> {
    this.#branches?.abandon();
    return action();
  }

  async #restore(): Promise<void> {
    const lost = this.#timeline.takeLost();
    if (lost.length > 0) for await (const _ of this.#advance(lost, false));
  }

  /**
   * Runs the part of `tokens` that is not in the timeline yet. What others replace during a pause is run again.
   * @returns the logits behind each further chunk, once
   */
  async *#advance(
    tokens: readonly number[],
    allRows: boolean,
    signal?: AbortSignal,
    pause?: () => Promise<void>,
  ): AsyncGenerator<LogitRow[]> {
    const most = Math.min(PREFILL_CHUNK, this.#timeline.block);
    for (let told = this.#timeline.computed; told < tokens.length; ) {
      throwIfCancelled(signal);
      const isReplaced = await this.letIn(pause);
      throwIfCancelled(signal); // which arrives while the event loop turns
      if (isReplaced) this.#returnTo(tokens.slice(0, told + 1));
      const start = this.#timeline.computed;
      const end = start < told ? Math.min(start + most, told) : start + most;
      const rows = await this.#run(tokens.slice(start, end), allRows, true);
      if (end <= told) continue;
      told = end;
      yield rows;
    }
  }

  /** Forgets what is not of these tokens. @returns how many of them need not be run */
  #returnTo(tokens: readonly number[]): number {
    this.#branches?.abandon();
    this.#timeline.takeLost();
    const reused = this.#timeline.reusable(tokens);
    this.#timeline.truncate(reused);
    return reused;
  }

  async #run(ids: readonly number[], allRows: boolean, isPrompt = false): Promise<LogitRow[]> {
    const rows = allRows ? ids.map((_, row) => row) : [ids.length - 1];
    const found = await this.#runtime.run({ ids, rows }, this.#timeline.slide(ids.length));
    this.#timeline.append(ids, isPrompt);
    return found;
  }

  #checkFit(length: number): void {
    if (this.#timeline.isSliding || length <= this.contextLength) return;
    throw new PaddockError('bad-request', `${length} tokens do not fit the model's context window of ${this.contextLength}.`);
  }
}
