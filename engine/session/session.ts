import { PaddockError, throwIfCancelled } from '../errors.ts';
import type { DecoderRuntime, LogitRows } from '../runtime/decoderRuntime.ts';
import type { KvCache } from '../runtime/kvCache.ts';

/** Tokens of one prefill run. A run cannot be aborted, so this bounds how long a cancellation takes. */
export const PREFILL_CHUNK = 128;

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
  readonly #runtime: DecoderRuntime;
  readonly #cache: KvCache;
  #tokens: number[] = [];

  constructor(runtime: DecoderRuntime) {
    this.#runtime = runtime;
    this.#cache = runtime.newCache();
  }

  /** Tokens whose keys and values are in the cache. */
  get tokens(): readonly number[] {
    return this.#tokens;
  }

  get contextLength(): number {
    return this.#cache.limit;
  }

  /**
   * Makes `tokens` the timeline, reusing the longest prefix it shares with the present one. At least the last token is run, for its logits.
   * @throws PaddockError `cancelled` after at most one chunk; what was computed until then stays and is reused by the next call
   */
  async sync(tokens: readonly number[], signal?: AbortSignal): Promise<SyncResult> {
    if (tokens.length === 0) throw new PaddockError('bad-request', 'There is no token to run the model on.');
    const reused = Math.min(commonPrefix(this.#tokens, tokens), tokens.length - 1);
    this.#truncate(reused);
    let logits = new Float32Array();
    for await (const chunk of this.#advance(tokens, 'last', signal)) logits = chunk as Float32Array<ArrayBuffer>;
    return { logits, reused };
  }

  /** Appends one token. @returns its logits, `[vocabulary]` */
  async step(token: number): Promise<Float32Array> {
    const logits = await this.#runtime.run([token], this.#cache, 'last');
    this.#tokens.push(token);
    return logits;
  }

  /**
   * Runs the whole sequence from scratch.
   * @returns chunk by chunk, the logits of every position, `[chunk, vocabulary]`
   */
  async *evaluate(tokens: readonly number[], signal?: AbortSignal): AsyncGenerator<Float32Array> {
    this.#truncate(0);
    yield* this.#advance(tokens, 'all', signal);
  }

  /** Runs what of `tokens` is not in the timeline yet. */
  async *#advance(tokens: readonly number[], rows: LogitRows, signal?: AbortSignal): AsyncGenerator<Float32Array> {
    while (this.#tokens.length < tokens.length) {
      throwIfCancelled(signal);
      const chunk = tokens.slice(this.#tokens.length, this.#tokens.length + PREFILL_CHUNK);
      const logits = await this.#runtime.run(chunk, this.#cache, rows);
      this.#tokens.push(...chunk);
      yield logits;
    }
  }

  #truncate(length: number): void {
    this.#tokens.length = length;
    this.#cache.truncate(length);
  }
}

function commonPrefix(a: readonly number[], b: readonly number[]): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length++;
  return length;
}
