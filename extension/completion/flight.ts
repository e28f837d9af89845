import { cancelled } from '../../engine/index.ts';
import { typedBetween } from './agreement.ts';
import type { CursorContext } from './context.ts';

/** Runs the computation of a flight. */
export type Run<T> = (signal: AbortSignal, onText: (piece: string) => void) => Promise<T>;

/**
 * One computation of a suggestion, which outlives the request that began it: it goes on while what the person types agrees with what it
 * says, so that later requests can wait for the same end. It is aborted as soon as it disagrees with all who wait, or when nobody has
 * come for it in a while.
 */
export class Flight<T extends { readonly text: string }> {
  /** Where the person was when it began. */
  readonly context: CursorContext;
  readonly #controller = new AbortController();
  readonly #end: Promise<T>;
  readonly #patienceMs: number;
  readonly #listeners = new Set<() => void>();
  #text = '';
  #hasEnded = false;
  #timer: NodeJS.Timeout | undefined;

  /** @param patienceMs how long it goes on while nobody waits for it, in milliseconds */
  constructor(context: CursorContext, run: Run<T>, patienceMs: number) {
    this.context = context;
    this.#patienceMs = patienceMs;
    this.#end = this.#fly(run);
    // Whoever waits is told; there need not be anybody.
    this.#end.catch(() => undefined);
    this.#awaitSomebody();
  }

  /** Whether it is still at work. */
  get isUnderWay(): boolean {
    return !this.#hasEnded && !this.#controller.signal.aborted;
  }

  /** Whether it says, as far as one can know, what was typed since, and has more to say, or has nothing to say at this very place. */
  covers(context: CursorContext): boolean {
    if (this.#controller.signal.aborted) return false;
    const typed = typedBetween(this.context, context);
    if (typed === undefined) return false;
    if (this.#hasEnded) return typed === '' || (this.#text.length > typed.length && this.#text.startsWith(typed));
    return this.#text.startsWith(typed) || typed.startsWith(this.#text);
  }

  /**
   * Waits for the end on behalf of a request at this context.
   * @returns undefined as soon as what is being said disagrees with what was typed there
   * @throws PaddockError `cancelled` when the signal or the flight is aborted; else what the computation fails with
   */
  async ride(context: CursorContext, signal: AbortSignal): Promise<T | undefined> {
    if (signal.aborted) throw cancelled();
    clearTimeout(this.#timer);
    let leave = () => {};
    let look = () => {};
    const left = new Promise<undefined>((resolve, reject) => {
      leave = () => reject(cancelled());
      look = () => {
        if (!this.covers(context)) resolve(undefined);
      };
    });
    this.#listeners.add(look);
    signal.addEventListener('abort', leave);
    try {
      const end = await Promise.race([this.#end, left]);
      return end && this.covers(context) ? end : undefined;
    } finally {
      signal.removeEventListener('abort', leave);
      this.#listeners.delete(look);
      this.#awaitSomebody();
    }
  }

  /** Ends it within one step of the model; all who wait fail with `cancelled`. */
  abort(): void {
    clearTimeout(this.#timer);
    this.#controller.abort();
  }

  async #fly(run: Run<T>): Promise<T> {
    const { signal } = this.#controller;
    try {
      const end = await run(signal, (piece) => {
        this.#text += piece;
        for (const look of this.#listeners) look();
      });
      if (signal.aborted) throw cancelled();
      this.#text = end.text;
      this.#hasEnded = true;
      return end;
    } catch (error) {
      // Nothing more will come of it.
      this.#controller.abort();
      throw error;
    } finally {
      clearTimeout(this.#timer);
    }
  }

  #awaitSomebody(): void {
    if (this.#listeners.size > 0 || !this.isUnderWay || !Number.isFinite(this.#patienceMs)) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.abort(), this.#patienceMs);
  }
}
