import type { CacheOptions, ModelRuntime } from '../runtime/modelRuntime.ts';
import { Session } from './session.ts';

export interface PoolOptions extends CacheOptions {
  /** Bytes of keys and values that all timelines together may hold. */
  readonly budget: number;
  readonly sinks?: number;
}

interface Member {
  readonly session: Session;
  users: number;
}

/**
 * Timelines by name over one loaded model, within a budget of memory: completion, chat and what else there is do not overwrite one
 * another's cache. When a run would go beyond the budget, caches are given back, first of timelines that nobody uses, the least recently
 * used first. Such a timeline remembers its tokens and computes them again when it goes on.
 */
export class SessionPool {
  readonly #runtime: ModelRuntime;
  readonly #options: PoolOptions;
  /** From least to most recently used. */
  readonly #members = new Map<string, Member>();

  /** A window is cut to what the budget holds, so one timeline always fits. */
  constructor(runtime: ModelRuntime, options: PoolOptions) {
    const affordable = Math.max(1, Math.floor(options.budget / runtime.cacheBytesPerToken));
    this.#runtime = runtime;
    this.#options = { ...options, window: Math.min(options.window ?? runtime.contextLength, affordable) };
  }

  /** Bytes of keys and values held by all timelines. */
  get bytes(): number {
    return [...this.#members.values()].reduce((sum, { session }) => sum + session.bytes, 0);
  }

  /** Uses the timeline of this name, which is made on first use. Until `action` ends it counts as in use. */
  async use<T>(name: string, action: (session: Session) => Promise<T>): Promise<T> {
    const member = this.#member(name);
    member.users++;
    try {
      return await action(member.session);
    } finally {
      member.users--;
      this.#trim(member.session, 0);
    }
  }

  /** Forgets a timeline and gives its cache back. */
  forget(name: string): void {
    this.#members.get(name)?.session.evict();
    this.#members.delete(name);
  }

  /** Gives every cache back. */
  clear(): void {
    for (const name of [...this.#members.keys()]) this.forget(name);
  }

  #member(name: string): Member {
    const { budget: _, ...options } = this.#options;
    const makeRoom = (session: Session, tokens: number) => this.#trim(session, tokens);
    const member = this.#members.get(name) ?? { session: new Session(this.#runtime, { ...options, makeRoom }), users: 0 };
    this.#members.delete(name);
    this.#members.set(name, member); // as the most recent
    return member;
  }

  /** Evicts others until this session's cache with so many more tokens is within the budget. Those amid a run stay. */
  #trim(session: Session, tokens: number): void {
    const expected = this.#runtime.cacheBytesPerToken * (session.visible.length + tokens);
    let bytes = this.bytes - session.bytes + Math.max(session.bytes, expected);
    const others = [...this.#members.values()].filter((other) => other.session !== session && !other.session.isBusy);
    for (const { session: other } of others.sort((a, b) => a.users - b.users)) {
      if (bytes <= this.#options.budget) return;
      bytes -= other.bytes;
      other.evict();
    }
  }
}
