import { cancelled, throwIfCancelled } from '../errors.ts';

/** Priorities. A completion is awaited at every keystroke, a chat is read as it comes, nobody watches the rest. */
export type Priority = 'completion' | 'chat' | 'background';

const RANK: Readonly<Record<Priority, number>> = { completion: 2, chat: 1, background: 0 };

/**
 * What a task awaits between two runs of the model. It returns at once unless tasks of higher priority wait; then these run first.
 * @throws PaddockError `cancelled` when the task's signal is aborted meanwhile
 */
export type Pause = () => Promise<void>;

interface Waiting {
  readonly rank: number;
  readonly order: number;
  readonly go: () => void;
}

/**
 * Turn-taking of requests that share the processor: one at a time, the higher priority first, within a priority in the order of
 * arrival. A long task pauses between its runs, so that what is more urgent need not wait for its end.
 */
export class Turns {
  readonly #waiting: Waiting[] = [];
  /** Tasks that have come and not ended yet. */
  readonly #present = new Set<Promise<unknown>>();
  #gate: Promise<unknown> = Promise.resolve();
  #taken = false;
  #arrivals = 0;

  /**
   * Runs a task when its turn comes. A task that fails rejects its own caller and nobody else's.
   * @throws PaddockError `cancelled` when the signal is aborted before the task begins, or while it pauses
   */
  run<T>(priority: Priority, task: (pause: Pause) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const gate = this.#gate;
    return this.#enter(async () => {
      await gate;
      return this.#inTurn(RANK[priority], task, signal);
    });
  }

  /** Runs a task exclusively, not even beside paused tasks: after all that came before, and before all that come after. */
  alone<T>(task: () => Promise<T>): Promise<T> {
    const earlier = [this.#gate, ...this.#present];
    const result = this.#enter(async () => {
      await Promise.allSettled(earlier);
      return task();
    });
    this.#gate = result.catch(() => undefined);
    return result;
  }

  #enter<T>(action: () => Promise<T>): Promise<T> {
    const result = action();
    const settled = result.then(
      () => undefined,
      () => undefined,
    );
    this.#present.add(settled);
    void settled.then(() => this.#present.delete(settled));
    return result;
  }

  async #inTurn<T>(rank: number, task: (pause: Pause) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const order = this.#arrivals++;
    let mine = false;
    const take = async () => {
      await this.#take(rank, order, signal);
      mine = true;
    };
    const leave = () => {
      if (mine) this.#pass();
      mine = false;
    };
    const pause = async () => {
      if (!this.#waiting.some((other) => other.rank > rank)) return;
      leave();
      await take();
    };
    try {
      await take();
      return await task(pause);
    } finally {
      leave();
    }
  }

  /** Waits for the turn. A task that is aborted while waiting leaves the line. */
  async #take(rank: number, order: number, signal?: AbortSignal): Promise<void> {
    throwIfCancelled(signal);
    if (!this.#taken) {
      this.#taken = true;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const giveUp = () => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        reject(cancelled());
      };
      const go = () => {
        signal?.removeEventListener('abort', giveUp);
        resolve();
      };
      const waiting: Waiting = { rank, order, go };
      this.#waiting.push(waiting);
      signal?.addEventListener('abort', giveUp, { once: true });
    });
  }

  /** Hands the turn to the first in line, or leaves it free. */
  #pass(): void {
    const next = this.#waiting.sort((a, b) => b.rank - a.rank || a.order - b.order).shift();
    this.#taken = next !== undefined;
    next?.go();
  }
}
