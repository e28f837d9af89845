/** Pauses before the first, second, … restart within a minute, in milliseconds; a death after the last one is final. */
const DELAYS_MS = [250, 1_000, 4_000];
const WINDOW_MS = 60_000;

/** Decides whether and when a dead engine is restarted, so that an engine that keeps dying is not restarted for ever. */
export class RestartPolicy {
  readonly #delaysMs: readonly number[];
  #deaths: number[] = [];

  constructor(delaysMs: readonly number[] = DELAYS_MS) {
    this.#delaysMs = delaysMs;
  }

  /**
   * Counts a death.
   * @param now milliseconds of any steady clock
   * @returns the pause before the restart in milliseconds, or undefined to give up
   */
  afterDeath(now: number): number | undefined {
    this.#deaths = this.#deaths.filter((time) => now - time < WINDOW_MS);
    this.#deaths.push(now);
    return this.#delaysMs[this.#deaths.length - 1];
  }

  /** Forgets all deaths, because the person asked for a restart. */
  reset(): void {
    this.#deaths = [];
  }
}
