import { PaddockError, throwIfCancelled } from '../errors.ts';
import type { Cache, CacheOptions, ModelRuntime, TopLogits } from '../runtime/modelRuntime.ts';
import { Branches } from './branches.ts';

/** Tokens of one prefill run. A run cannot be aborted, so this bounds how long a cancellation takes. */
export const PREFILL_CHUNK = 128;

/** Part of a full window that slides out at once, so that keys are turned back once in many tokens. */
const DISCARDED_SHARE = 0.25;

export interface SessionOptions extends CacheOptions {
  /**
   * Slides when the window is full instead of ending: so many first tokens stay, the oldest of the others go (StreamingLLM, Xiao et al.
   * 2024, who found four to be enough).
   */
  readonly sinks?: number;
  /** Asked before each run to make room for so many more tokens of this session. */
  readonly makeRoom?: (session: Session, tokens: number) => void;
}

/** Logits of the last token, and how many tokens were not computed again. */
export interface SyncResult {
  /** `[vocabulary]` */
  readonly logits: Float32Array;
  readonly reused: number;
}

/**
 * One mutable timeline of tokens over a loaded model. The caller hands over the whole sequence each time;
 * the session finds what of it is already computed. One call at a time.
 */
export class Session {
  readonly #runtime: ModelRuntime;
  readonly #options: SessionOptions;
  #cache: Cache | undefined;
  /** Of the cache when it was there last. */
  #limit: number;
  /** The timeline; in the cache are its first tokens, then those after the discarded ones. */
  #tokens: number[] = [];
  #discarded = 0;
  /** Tokens whose keys and values are to be computed again. */
  #evicted: readonly number[] = [];
  #branches: Branches | undefined;
  #calls = 0;

  /** @throws PaddockError `bad-request` for a window that the model cannot have */
  constructor(runtime: ModelRuntime, options: SessionOptions = {}) {
    const { sinks } = options;
    this.#runtime = runtime;
    this.#options = options;
    this.#cache = runtime.newCache(options);
    this.#limit = this.#cache.limit;
    if (sinks === undefined) return;
    if (!runtime.canDiscard)
      throw new PaddockError('bad-request', 'The context of this model cannot slide. Choose a fixed window.');
    if (!Number.isInteger(sinks) || sinks < 0 || this.contextLength < 2 * sinks + 8) {
      throw new PaddockError(
        'bad-request',
        `A window of ${this.contextLength} tokens is too small for ${sinks} attention sinks.`,
      );
    }
  }

  get vocabularySize(): number {
    return this.#runtime.vocabularySize;
  }

  /** Tokens that the model sees at most; they may become fewer when a GPU is lost. */
  get contextLength(): number {
    if (this.#cache) this.#limit = this.#cache.limit;
    return this.#limit;
  }

  /** The whole timeline, also what has slid out of the window. */
  get tokens(): readonly number[] {
    return this.#evicted.length > 0 ? this.#evicted : this.#tokens;
  }

  /** What the model sees of the timeline: its first tokens, where some slid out, and its last. */
  get visible(): readonly number[] {
    if (this.#discarded === 0) return this.tokens;
    const { sinks = 0 } = this.#options;
    return [...this.#tokens.slice(0, sinks), ...this.#tokens.slice(sinks + this.#discarded)];
  }

  /** Tokens that can still be appended. */
  get room(): number {
    return this.#options.sinks === undefined ? this.contextLength - this.tokens.length : Infinity;
  }

  /** Tokens that can be appended before something slides out. */
  get free(): number {
    return this.contextLength - this.tokens.length + this.#discarded;
  }

  /** Bytes of keys and values held. */
  get bytes(): number {
    return this.#cache?.bytes ?? 0;
  }

  /** Whether a call has not returned yet, or branches are under way: the cache must stay. */
  get isBusy(): boolean {
    return this.#calls > 0 || this.#branches !== undefined;
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
      this.#evicted = [];
      const reused = this.#reusable(tokens);
      this.#truncate(reused);
      let logits = new Float32Array();
      for await (const chunk of this.#advance(tokens, false, signal, pause)) logits = chunk as Float32Array<ArrayBuffer>;
      return { logits, reused };
    });
  }

  /** Appends one token. @returns its logits, `[vocabulary]` */
  async step(token: number): Promise<Float32Array> {
    return (await this.steps([token]))[0] as Float32Array;
  }

  /** Whether {@link stepTop} saves anything: a row of logits is costly to bring back from this device. */
  get hasTop(): boolean {
    return this.#runtime.runTop !== undefined;
  }

  /** Appends one token. @returns its largest logits, so many, from runtimes that find them on the device */
  stepTop(token: number, count: number): Promise<TopLogits> {
    return this.#call(async () => {
      await this.#restore();
      const cache = this.#prepare(1);
      const top = await this.#runtime.runTop?.({ ids: [token] }, cache, count);
      if (!top) throw new PaddockError('runtime', 'This device does not find the largest logits itself; take them all.');
      this.#tokens.push(token);
      return top;
    });
  }

  /** Appends tokens in one run. @returns the logits of each, `[vocabulary]` */
  steps(tokens: readonly number[]): Promise<Float32Array[]> {
    return this.#call(async () => {
      await this.#restore();
      const logits = await this.#run(tokens, true);
      const width = logits.length / tokens.length;
      return tokens.map((_, row) => logits.subarray(row * width, (row + 1) * width));
    });
  }

  /** Takes back the last tokens. */
  rewind(count: number): void {
    if (count === 0) return;
    this.#branches?.abandon();
    if (this.#evicted.length > 0) this.#evicted = this.#evicted.slice(0, -count);
    else this.#truncate(this.#tokens.length - count);
  }

  /**
   * Runs the whole sequence from scratch.
   * @returns chunk by chunk, the logits of every position, `[chunk, vocabulary]`
   */
  async *evaluate(tokens: readonly number[], signal?: AbortSignal): AsyncGenerator<Float32Array> {
    this.#branches?.abandon();
    this.#checkFit(tokens.length);
    this.#evicted = [];
    this.#truncate(0);
    this.#calls++;
    try {
      yield* this.#advance(tokens, true, signal);
    } finally {
      this.#calls--;
    }
  }

  /**
   * Several continuations of the timeline side by side. Any other call ends them; {@link Branches.keep} makes one of them the timeline.
   * @param most tokens that each will get, at most: where they do not fit beside one another they run one after the other
   */
  async fork(count: number, most: number): Promise<Branches> {
    await this.#call(() => this.#restore());
    const cache = this.#open();
    const { sinks = 0 } = this.#options;
    const space = this.room === Infinity ? (this.contextLength - sinks) >> 1 : this.room;
    const together = this.#runtime.canBranch && count * most <= space;
    this.#slide(together ? count * most : Math.min(most, space));
    const branches = new Branches(count, together, {
      cache,
      run: (batch) => {
        this.#options.makeRoom?.(this, batch.ids.length);
        return this.#runtime.run(batch, cache);
      },
      end: (kept) => {
        this.#tokens.push(...kept);
        this.#branches = undefined;
      },
    });
    this.#branches = branches;
    return branches;
  }

  /** Gives the cache back. The tokens are remembered, and computed again when they are next needed. */
  evict(): void {
    this.#branches?.abandon();
    this.#evicted = this.tokens;
    this.#tokens = [];
    this.#discarded = 0;
    this.#cache?.dispose();
    this.#cache = undefined;
  }

  async #call<T>(action: () => Promise<T>): Promise<T> {
    this.#branches?.abandon();
    this.#calls++;
    try {
      return await action();
    } finally {
      this.#calls--;
    }
  }

  #open(): Cache {
    this.#cache ??= this.#runtime.newCache(this.#options);
    return this.#cache;
  }

  async #restore(): Promise<void> {
    const tokens = this.#evicted;
    this.#evicted = [];
    for await (const _ of this.#advance(tokens, false));
  }

  /** Runs what of `tokens` is not in the timeline yet. */
  async *#advance(
    tokens: readonly number[],
    allRows: boolean,
    signal?: AbortSignal,
    pause?: () => Promise<void>,
  ): AsyncGenerator<Float32Array> {
    const { sinks } = this.#options;
    const most = sinks === undefined ? PREFILL_CHUNK : Math.min(PREFILL_CHUNK, this.#block(sinks));
    while (this.#tokens.length < tokens.length) {
      throwIfCancelled(signal);
      if (pause) await this.#pause(pause);
      yield await this.#run(tokens.slice(this.#tokens.length, this.#tokens.length + most), allRows);
    }
  }

  /** While it waits the cache may be taken away; then all is computed again. */
  async #pause(pause: () => Promise<void>): Promise<void> {
    this.#calls--;
    try {
      await pause();
    } finally {
      this.#calls++;
      this.#evicted = [];
    }
  }

  async #run(ids: readonly number[], allRows: boolean): Promise<Float32Array> {
    const cache = this.#prepare(ids.length);
    const logits = await this.#runtime.run({ ids, rows: allRows ? ids.map((_, row) => row) : [ids.length - 1] }, cache);
    this.#tokens.push(...ids);
    return logits;
  }

  /** The cache, with room for so many more tokens. */
  #prepare(tokens: number): Cache {
    const cache = this.#open();
    this.#slide(tokens);
    this.#options.makeRoom?.(this, tokens);
    return cache;
  }

  /** Tokens that slide out at once. */
  #block(sinks: number): number {
    return Math.max(1, Math.floor((this.contextLength - sinks) * DISCARDED_SHARE));
  }

  /** Lets the oldest tokens behind the sinks go where so many new ones do not fit. */
  #slide(needed: number): void {
    const { sinks } = this.#options;
    const cache = this.#open();
    const missing = cache.length + needed - cache.limit;
    if (sinks === undefined || missing <= 0) return;
    const end = Math.min(cache.length, sinks + Math.max(missing, this.#block(sinks)));
    cache.discard({ start: sinks, end });
    this.#discarded += end - sinks;
  }

  /**
   * How many first tokens of `tokens` need not be run. When some have slid out, the timeline can be gone on with at its end; taken back it
   * lacks what slid out, so it is computed again when less than half a window would be left.
   */
  #reusable(tokens: readonly number[]): number {
    const common = Math.min(commonPrefix(this.#tokens, tokens), tokens.length - 1);
    if (this.#discarded === 0) return common;
    const { sinks = 0 } = this.#options;
    const left = common - this.#discarded - sinks;
    const isEnough = left > 0 && (common === this.#tokens.length || 2 * left >= this.contextLength - sinks);
    return isEnough ? common : Math.min(common, sinks);
  }

  #truncate(length: number): void {
    const { sinks = 0 } = this.#options;
    if (length <= sinks) this.#discarded = 0;
    this.#tokens.length = length;
    this.#cache?.truncate(length - this.#discarded);
  }

  #checkFit(length: number): void {
    if (this.#options.sinks !== undefined || length <= this.contextLength) return;
    throw new PaddockError('bad-request', `${length} tokens do not fit the model's context window of ${this.contextLength}.`);
  }
}

function commonPrefix(a: readonly number[], b: readonly number[]): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length++;
  return length;
}
