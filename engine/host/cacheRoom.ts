import type { Session } from '../session/session.ts';
import { freeMemory } from './freeMemory.ts';

/** A timeline, as far as the memory of its cache goes. */
export type Cached = Pick<Session, 'cacheBytes' | 'fullCacheBytes' | 'evict'>;

/**
 * Shares out the memory of caches. Where a timeline's window would not fit beside what is in memory, timelines that nobody uses give their
 * caches back, the least recently used first; they recompute their tokens when they continue.
 */
export class CacheRoom {
  readonly #timelines: () => readonly Cached[];
  /** Requests that run on a timeline, or pause on it. */
  readonly #users = new WeakMap<Cached, number>();
  readonly #lastUse = new WeakMap<Cached, number>();
  #uses = 0;

  /** @param timelines all there are now */
  constructor(timelines: () => readonly Cached[]) {
    this.#timelines = timelines;
  }

  /** Runs something on a timeline, with room for its whole window. */
  async during<Result>(timeline: Cached, work: () => Promise<Result>): Promise<Result> {
    const release = this.hold(timeline);
    try {
      return await work();
    } finally {
      release();
    }
  }

  /** Makes room for a timeline's whole window. @returns to be called once, when the timeline is no longer in use */
  hold(timeline: Cached): () => void {
    this.#lastUse.set(timeline, ++this.#uses);
    this.#count(timeline, 1);
    this.#makeRoom(timeline);
    return () => this.#count(timeline, -1);
  }

  #makeRoom(timeline: Cached): void {
    const idle = this.#timelines().filter(
      (other) => other !== timeline && (this.#users.get(other) ?? 0) === 0 && other.cacheBytes > 0,
    );
    if (idle.length === 0) return;
    let missing = timeline.fullCacheBytes - timeline.cacheBytes - freeMemory();
    for (const other of idle.sort((a, b) => this.#order(a) - this.#order(b))) {
      if (missing <= 0) return;
      missing -= other.cacheBytes;
      other.evict();
    }
  }

  #count(timeline: Cached, change: 1 | -1): void {
    this.#users.set(timeline, (this.#users.get(timeline) ?? 0) + change);
  }

  #order(timeline: Cached): number {
    return this.#lastUse.get(timeline) ?? 0;
  }
}
