import { type Guard, isListOf } from '../../webview/protocol/guards.ts';
import type { Memory } from '../storage/memory.ts';

/** Most models for which something is stored. */
const MOST_MODELS = 12;

/** The last record of each model, by its key; beside one that was stopped, the last complete one. */
export class ByModel<T extends { readonly isComplete: boolean }> {
  readonly #memory: Memory;
  readonly #key: string;
  readonly #isRight: Guard<readonly T[]>;

  /** @param key under which all of them are kept */
  constructor(memory: Memory, key: string, isRight: Guard<T>) {
    this.#memory = memory;
    this.#key = key;
    this.#isRight = isListOf(isRight);
  }

  /** The last record, and where that was stopped, the complete one before it. */
  of(model: string): readonly T[] {
    const stored = this.#all[model];
    return this.#isRight(stored) ? stored : [];
  }

  async keep(model: string, value: T): Promise<void> {
    const complete = value.isComplete ? [] : this.of(model).filter(({ isComplete }) => isComplete);
    const others = Object.entries(this.#all).filter(([key, each]) => key !== model && this.#isRight(each));
    const latest = others.slice(-MOST_MODELS + 1);
    await this.#memory.update(this.#key, Object.fromEntries([...latest, [model, [value, ...complete]]]));
  }

  get #all(): Readonly<Record<string, unknown>> {
    const stored = this.#memory.get(this.#key);
    return typeof stored === 'object' && stored !== null ? { ...stored } : {};
  }
}
