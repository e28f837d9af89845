/** Runs something for a key once no more calls for that key have come for a while (debouncing). */
export class Calm {
  readonly #timers = new Map<string, NodeJS.Timeout>();

  /** Postpones it to `ms` milliseconds from now. */
  after(key: string, ms: number, act: () => void): void {
    this.cancel(key);
    const timer = setTimeout(() => {
      this.#timers.delete(key);
      act();
    }, ms);
    this.#timers.set(key, timer);
  }

  cancel(key: string): void {
    clearTimeout(this.#timers.get(key));
    this.#timers.delete(key);
  }

  dispose(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }
}
