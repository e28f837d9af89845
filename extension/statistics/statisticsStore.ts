import { type Cell, type Counter, type Labels, Tally } from './counts.ts';
import type { StatisticsFile } from './statisticsFile.ts';
import { type FreshCounts, type StoredStatistics, withCounts } from './storedStatistics.ts';

/** How long counts wait in memory before they are written, in milliseconds. */
const LAZINESS_MS = 15_000;

/** Callbacks of a store. */
export interface StoreListener {
  /** The counts have changed, here or in another window. */
  readonly onChange: () => void;
  readonly onError: (error: unknown) => void;
}

/**
 * The counts of this window together with those of the file, which others write, too. A window adds what it has counted since it wrote
 * last, so none loses what another has counted.
 */
export class StatisticsStore {
  readonly #file: StatisticsFile;
  readonly #listener: StoreListener;
  #stored: StoredStatistics | undefined;
  /** Of the file, when it was read last. */
  #stamp: string | undefined;
  /** What is being written. */
  #leaving: FreshCounts | undefined;
  #fresh = new Tally();
  /** When the first of the fresh counts was counted. */
  #freshSince = 0;
  #timer: NodeJS.Timeout | undefined;
  /** Settles when all operations on the file are done. */
  #turn: Promise<void> = Promise.resolve();

  constructor(file: StatisticsFile, listener: StoreListener) {
    this.#file = file;
    this.#listener = listener;
  }

  /** All counts there are, as far as they are known: {@link refresh} reads those of other windows. */
  get cells(): readonly Cell[] {
    return this.#all?.cells ?? [];
  }

  /** When counting began; undefined when nothing has been counted. */
  get since(): Date | undefined {
    return this.#all && new Date(this.#all.since);
  }

  count(labels: Labels, counter: Counter, times?: number): void {
    this.#add((fresh) => fresh.count(labels, counter, times));
  }

  latency(labels: Labels, ms: number): void {
    this.#add((fresh) => fresh.latency(labels, ms));
  }

  /** Reads what other windows have written, if they have. Never rejects. */
  refresh(): Promise<void> {
    return this.#inTurn(async () => {
      // Taken before the file is read: what is written meanwhile has another one.
      const stamp = await this.#file.stamp();
      if (stamp === this.#stamp) return;
      this.#stored = await this.#file.read();
      this.#stamp = stamp;
      this.#listener.onChange();
    }).catch(this.#listener.onError);
  }

  /** Writes what was counted since the last time. Never rejects: what cannot be written waits for the next time. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    return this.#inTurn(() => this.#write()).catch((error: unknown) => {
      this.#flushLater();
      this.#listener.onError(error);
    });
  }

  /**
   * Erases all counts of all windows; those another window has not written yet are dropped when it writes.
   * @throws as the file does when it cannot be written
   */
  erase(): Promise<void> {
    return this.#inTurn(async () => {
      const now = Date.now();
      this.#fresh = new Tally();
      this.#stored = await this.#file.update(() => ({ since: now, erased: now, cells: [] }));
      this.#listener.onChange();
    });
  }

  get #all(): StoredStatistics | undefined {
    const now = new Date();
    const left = this.#leaving ? withCounts(this.#stored, this.#leaving, now) : this.#stored;
    return this.#fresh.isEmpty ? left : withCounts(left, { cells: this.#fresh.cells, since: this.#freshSince }, now);
  }

  #add(change: (fresh: Tally) => void): void {
    if (this.#fresh.isEmpty) this.#freshSince = Date.now();
    change(this.#fresh);
    this.#flushLater();
    this.#listener.onChange();
  }

  #flushLater(): void {
    this.#timer ??= setTimeout(() => void this.flush(), LAZINESS_MS);
  }

  /** Serialises this window's operations on the file. */
  #inTurn(act: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(act);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  async #write(): Promise<void> {
    if (this.#fresh.isEmpty) return;
    const leaving = { cells: this.#fresh.cells, since: this.#freshSince };
    this.#leaving = leaving;
    this.#fresh = new Tally();
    try {
      this.#stored = await this.#file.update((stored) => withCounts(stored, leaving, new Date()));
    } catch (error) {
      const both = new Tally(leaving.cells);
      both.merge(this.#fresh.cells);
      [this.#fresh, this.#freshSince] = [both, leaving.since];
      throw error;
    } finally {
      this.#leaving = undefined;
    }
    this.#listener.onChange();
  }
}
