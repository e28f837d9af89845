import { PaddockError } from '../errors.ts';
import type { Cache } from '../runtime/modelRuntime.ts';

/** Tokens of one prefill run. A run cannot be aborted, so this bounds how long a cancellation takes. */
export const PREFILL_CHUNK = 128;

/** Share of a full window that slides out at once, so that keys are rotated back only once in many tokens. */
const DISCARDED_SHARE = 0.25;

/**
 * The tokens of a session, and which of them have keys and values in its cache: all, or under a sliding window the first (the attention
 * sinks) and the last. When the cache is freed, the tokens are still known.
 */
export class Timeline {
  readonly #newCache: () => Cache;
  /** Tokens that never slide out; undefined where the window does not slide. */
  readonly #sinks: number | undefined;
  #cache: Cache | undefined;
  /** Of the cache when it last existed. */
  #limit: number;
  #tokens: number[] = [];
  /** How many behind the sinks slid out. */
  #discarded = 0;
  #revision = 0;
  #even = 0;
  /** The tokens whose keys and values were freed with the cache. */
  #lost: readonly number[] = [];

  /** @throws PaddockError `bad-request` for a window too small to slide */
  constructor(newCache: () => Cache, sinks: number | undefined) {
    this.#newCache = newCache;
    this.#sinks = sinks;
    this.#cache = newCache();
    this.#limit = this.#cache.limit;
    if (sinks === undefined) return;
    if (!Number.isInteger(sinks) || sinks < 0 || this.#limit < 2 * sinks + 8) {
      throw new PaddockError('bad-request', `A window of ${this.#limit} tokens is too small for ${sinks} attention sinks.`);
    }
  }

  get tokens(): readonly number[] {
    return this.#lost.length > 0 ? this.#lost : this.#tokens;
  }

  /** What is in the cache, or would be. */
  get visible(): readonly number[] {
    if (this.#discarded === 0) return this.tokens;
    const { sinks } = this;
    return [...this.#tokens.slice(0, sinks), ...this.#tokens.slice(sinks + this.#discarded)];
  }

  /** Grows with every change: another number says that these may be other tokens, or without keys and values. */
  get revision(): number {
    return this.#revision;
  }

  /** How many tokens have keys and values in the cache or had them before they slid out. */
  get computed(): number {
    return this.#tokens.length;
  }

  /** How many last tokens can be forgotten: all, or those behind what slid out. */
  get rewindable(): number {
    return this.#discarded === 0 ? this.tokens.length : this.#tokens.length - this.sinks - this.#discarded;
  }

  /** Tokens that the model sees at most; they may become fewer when a GPU is lost. */
  get limit(): number {
    if (this.#cache) this.#limit = this.#cache.limit;
    return this.#limit;
  }

  /** Bytes that the cache holds. */
  get bytes(): number {
    return this.#cache?.bytes ?? 0;
  }

  /** Tokens that can be appended before the window is full. */
  get free(): number {
    return this.limit - this.tokens.length + this.#discarded;
  }

  get isSliding(): boolean {
    return this.#sinks !== undefined;
  }

  get sinks(): number {
    return this.#sinks ?? 0;
  }

  /** Tokens that slide out at once, and that are appended at once at most. */
  get block(): number {
    return this.isSliding ? Math.max(1, Math.floor((this.limit - this.sinks) * DISCARDED_SHARE)) : this.limit;
  }

  get cache(): Cache {
    this.#cache ??= this.#newCache();
    return this.#cache;
  }

  /** The cache, after dropping the oldest tokens after the sinks if this many new ones would not fit. */
  slide(needed: number): Cache {
    const { cache, sinks } = this;
    const missing = cache.length + needed - cache.limit;
    if (this.isSliding && missing > 0) {
      const end = Math.min(cache.length, sinks + Math.max(missing, this.block));
      cache.discard({ start: sinks, end });
      this.#discarded += end - sinks;
    }
    return cache;
  }

  /** How many first tokens were computed in runs of {@link PREFILL_CHUNK}, from the first one on. */
  get even(): number {
    return this.#even;
  }

  /** Records that these tokens are now at the end of the cache. @param isPrompt whether in one run of a prompt */
  append(tokens: readonly number[], isPrompt = false): void {
    this.#revision++;
    const isEven = isPrompt && tokens.length === PREFILL_CHUNK && this.#even === this.#tokens.length;
    if (isEven && !this.isSliding) this.#even += PREFILL_CHUNK;
    this.#tokens.push(...tokens);
  }

  /**
   * How many first tokens of `tokens` need not be run. If some have slid out, the timeline can only be continued at its end. If it is
   * shortened it lacks what slid out, so it is recomputed when less than half a window would be left.
   */
  reusable(tokens: readonly number[]): number {
    const common = Math.min(commonPrefix(this.#tokens, tokens), tokens.length - 1);
    if (this.#discarded === 0) return common;
    const left = common - this.#discarded - this.sinks;
    const isEnough = left > 0 && (common === this.#tokens.length || 2 * left >= this.limit - this.sinks);
    return isEnough ? common : Math.min(common, this.sinks);
  }

  /** Forgets all but the first tokens, of those that have not slid out. */
  truncate(length: number): void {
    this.#revision++;
    if (length < this.#even) this.#even = length - (length % PREFILL_CHUNK);
    if (this.#lost.length > 0) {
      this.#lost = this.#lost.slice(0, length);
      return;
    }
    if (length <= this.sinks) this.#discarded = 0;
    this.#tokens.length = length;
    this.#cache?.truncate(length - this.#discarded);
  }

  /** Gives the cache back. */
  release(): void {
    this.#revision++;
    this.#lost = this.tokens;
    this.#tokens = [];
    this.#discarded = 0;
    this.#even = 0;
    this.#cache?.dispose();
    this.#cache = undefined;
  }

  /** Returns the tokens to recompute, and forgets them. */
  takeLost(): readonly number[] {
    const lost = this.#lost;
    this.#lost = [];
    return lost;
  }
}

function commonPrefix(a: readonly number[], b: readonly number[]): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length++;
  return length;
}
