import { type Cell, type Counter, type Labels, Tally } from './counts.ts';
import type { StatisticsFile } from './statisticsFile.ts';
import { type StoredStatistics, withCounts } from './storedStatistics.ts';

/** How long counts wait in memory before they are written, in milliseconds. */
const LAZINESS_MS = 15_000;

/** What a store tells, and to whom. */
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
  #fresh = new Tally();
  /** When the first of the fresh counts was counted. */
  #freshSince = 0;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(file: StatisticsFile, listener: StoreListener) {
    this.#file = file;
    this.#listener = listener;
  }

  /** All counts there are, as far as they are known: {@link refresh} reads those of other windows. */
  get cells(): readonly Cell[] {
    return withCounts(this.#stored, { cells: this.#fresh.cells, since: this.#freshSince }, new Date()).cells;
  }

  /** When counting began; undefined when nothing has been counted. */
  get since(): Date | undefined {
    const since = this.#stored?.since ?? (this.#fresh.isEmpty ? undefined : this.#freshSince);
    return since === undefined ? undefined : new Date(since);
  }

  count(labels: Labels, counter: Counter, times?: number): void {
    this.#add((fresh) => fresh.count(labels, counter, times));
  }

  latency(labels: Labels, ms: number): void {
    this.#add((fresh) => fresh.latency(labels, ms));
  }

  /** Reads what other windows have written. Never rejects. */
  async refresh(): Promise<void> {
    try {
      this.#stored = await this.#file.read();
      this.#listener.onChange();
    } catch (error) {
      this.#listener.onError(error);
    }
  }

  /** Writes what was counted since the last time. Never rejects: what cannot be written waits for the next time. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  /**
   * Forgets all counts, of all windows; those that another has not written yet go when it writes.
   * @throws as the file does when it cannot be written
   */
  async erase(): Promise<void> {
    await this.flush();
    this.#fresh = new Tally();
    const now = Date.now();
    this.#stored = await this.#file.update(() => ({ since: now, erased: now, cells: [] }));
    this.#listener.onChange();
  }

  #add(change: (fresh: Tally) => void): void {
    if (this.#fresh.isEmpty) this.#freshSince = Date.now();
    change(this.#fresh);
    this.#timer ??= setTimeout(() => void this.flush(), LAZINESS_MS);
    this.#listener.onChange();
  }

  async #write(): Promise<void> {
    if (this.#fresh.isEmpty) return;
    const [writing, since] = [this.#fresh, this.#freshSince];
    this.#fresh = new Tally();
    try {
      this.#stored = await this.#file.update((stored) => withCounts(stored, { cells: writing.cells, since }, new Date()));
      this.#listener.onChange();
    } catch (error) {
      writing.merge(this.#fresh.cells);
      [this.#fresh, this.#freshSince] = [writing, since];
      this.#timer ??= setTimeout(() => void this.flush(), LAZINESS_MS);
      this.#listener.onError(error);
    }
  }
}
