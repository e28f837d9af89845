import type { Memory } from './memory.ts';

/**
 * A memory that is written one value after another, over one of VS Code's that can lose what is written quickly.
 *
 * After each write VS Code sends global state back to the window that wrote it, whole and as it was then. A value that is given to it
 * before this echo has arrived is overwritten by it, whatever its key, and never stored. So there has to be one of these for all that is
 * kept in a window's global state.
 */
export class OrderedMemory implements Memory {
  readonly #below: Memory;
  /** The newest value of each key that is not written yet. */
  readonly #waiting = new Map<string, { readonly value: unknown }>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(below: Memory) {
    this.#below = below;
  }

  get(key: string): unknown {
    const waiting = this.#waiting.get(key);
    return waiting ? waiting.value : this.#below.get(key);
  }

  /** Can be read at once. @returns settles once it is written */
  update(key: string, value: unknown): Promise<void> {
    const waiting = { value };
    this.#waiting.set(key, waiting);
    const written = this.#last.then(async () => {
      try {
        await this.#below.update(key, value);
      } finally {
        if (this.#waiting.get(key) === waiting) this.#waiting.delete(key);
      }
    });
    this.#last = written.catch(() => undefined);
    return written;
  }
}
