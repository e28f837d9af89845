import type { Guard } from '../../webview/protocol/guards.ts';
import type { Memory } from '../storage/memory.ts';

/** Most models for which something is stored. */
const MOST_MODELS = 12;

/** The last record of each model, by its key; once there was a complete one, only complete ones. */
export class ByModel<T extends { readonly isComplete: boolean }> {
  readonly #memory: Memory;
  readonly #key: string;
  readonly #isRight: Guard<T>;

  /** @param key under which all of them are kept */
  constructor(memory: Memory, key: string, isRight: Guard<T>) {
    this.#memory = memory;
    this.#key = key;
    this.#isRight = isRight;
  }

  of(model: string): T | undefined {
    const stored = this.#all[model];
    return this.#isRight(stored) ? stored : undefined;
  }

  /** @returns whether it was stored: a stopped record does not replace a complete one */
  async keep(model: string, value: T): Promise<boolean> {
    if (!value.isComplete && this.of(model)?.isComplete) return false;
    const others = Object.entries(this.#all).filter(([key, each]) => key !== model && this.#isRight(each));
    const latest = others.slice(-MOST_MODELS + 1);
    await this.#memory.update(this.#key, Object.fromEntries([...latest, [model, value]]));
    return true;
  }

  get #all(): Readonly<Record<string, unknown>> {
    const stored = this.#memory.get(this.#key);
    return typeof stored === 'object' && stored !== null ? { ...stored } : {};
  }
}
