import { type CompleteParams, type GenerationStats, isPaddockError } from '../../engine/index.ts';
import { medianOf } from '../median.ts';
import { affordsCandidates, BUDGET_MS, CANDIDATES, otherTexts, stepMs } from './candidates.ts';
import type { CompletionEngine, ComputationListener } from './computation.ts';
import type { CursorContext } from './context.ts';

/** Computations whose speed is remembered: one of them may have been held up by what else the machine does. */
const MOST_STEPS = 5;

/** Requests alternatives to the first suggestion if the device is fast enough, one request at a time. */
export class OtherLines {
  readonly #engine: CompletionEngine;
  readonly #listener: ComputationListener;
  #asking = new AbortController();
  /** What the last computations took for a decode step, in milliseconds. */
  readonly #stepMs: number[] = [];

  constructor(engine: CompletionEngine, listener: ComputationListener) {
    this.#engine = engine;
    this.#listener = listener;
  }

  /** Whether the device is known to be fast enough. */
  get areAffordable(): boolean {
    return affordsCandidates(medianOf(this.#stepMs));
  }

  /** Notes how fast a computation was. */
  note(stats: GenerationStats): void {
    const step = stepMs(stats);
    if (step === undefined) return;
    this.#stepMs.push(step);
    if (this.#stepMs.length > MOST_STEPS) this.#stepMs.shift();
  }

  /**
   * Never rejects.
   * @param first what is offered already
   * @returns at most two texts, none when the signal is aborted or they take too long
   */
  async ask(params: CompleteParams, first: string, context: CursorContext, signal: AbortSignal): Promise<readonly string[]> {
    this.stop();
    const asking = new AbortController();
    this.#asking = asking;
    const gone = AbortSignal.any([signal, asking.signal]);
    const tooLong = setTimeout(() => asking.abort(), BUDGET_MS);
    try {
      const lines = await this.#engine.candidates({ ...params, multiline: false, count: CANDIDATES }, gone);
      return otherTexts(lines, first, context);
    } catch (error) {
      if (!isPaddockError(error, 'cancelled')) this.#listener.onError(error);
      return [];
    } finally {
      clearTimeout(tooLong);
    }
  }

  /** Ends the request within one step of the model, because the person does something else. */
  stop(): void {
    this.#asking.abort();
  }

  /** Forgets the device's speed, because another model is open. */
  clear(): void {
    this.#stepMs.length = 0;
  }
}
