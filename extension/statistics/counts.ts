import { latencyBucket } from './latency.ts';

/**
 * The counters. Every suggestion shown ends as `accepted` (all of it), `partlyAccepted` (words or lines of it) or `rejected`. Of the
 * former two, those that could be followed for a while are `followed`, and `retained` if they were still there.
 */
export const COUNTERS = [
  'requests',
  'shown',
  'accepted',
  'partlyAccepted',
  'rejected',
  'acceptedCharacters',
  'typedCharacters',
  'followed',
  'retained',
] as const;

export type Counter = (typeof COUNTERS)[number];

export type Counts = Readonly<Record<Counter, number>> & {
  /** Times from request to suggestion, of the suggestions that were shown: how many by bucket, see latency.ts. */
  readonly latencies: readonly number[];
};

/** The labels of counts. */
export interface Labels {
  /** In local time, as `2026-11-21`. */
  readonly day: string;
  /** VS Code's identifier of the language. */
  readonly language: string;
  /** Names as the person knows them; empty where no model was open. */
  readonly model: string;
  readonly device: string;
}

/** The counts of one day, language, model and device. */
export interface Cell extends Labels, Counts {}

/** The sum of counts. */
export function sumOf(counts: Iterable<Counts>): Counts {
  const sum = blank();
  for (const each of counts) addTo(sum, each);
  return sum;
}

/** Counts by their labels, which only grow. */
export class Tally {
  readonly #cells = new Map<string, Labels & Mutable>();

  /** @param cells the initial counts */
  constructor(cells: Iterable<Cell> = []) {
    this.merge(cells);
  }

  get isEmpty(): boolean {
    return this.#cells.size === 0;
  }

  /** In the order in which they were first counted. */
  get cells(): readonly Cell[] {
    return [...this.#cells.values()].map((cell) => ({ ...cell, latencies: [...cell.latencies] }));
  }

  count(labels: Labels, counter: Counter, times = 1): void {
    this.#cell(labels)[counter] += times;
  }

  latency(labels: Labels, ms: number): void {
    addLatencies(this.#cell(labels).latencies, latencyBucket(ms), 1);
  }

  merge(cells: Iterable<Cell>): void {
    for (const cell of cells) addTo(this.#cell(cell), cell);
  }

  #cell({ day, language, model, device }: Labels): Mutable {
    const labels = { day, language, model, device };
    const key = JSON.stringify(labels);
    const known = this.#cells.get(key);
    if (known) return known;
    const fresh = { ...labels, ...blank() };
    this.#cells.set(key, fresh);
    return fresh;
  }
}

type Mutable = Record<Counter, number> & { latencies: number[] };

function blank(): Mutable {
  const zeros = Object.fromEntries(COUNTERS.map((counter) => [counter, 0])) as Record<Counter, number>;
  return { ...zeros, latencies: [] };
}

function addTo(sum: Mutable, more: Counts): void {
  for (const counter of COUNTERS) sum[counter] += more[counter];
  for (const [bucket, times] of more.latencies.entries()) addLatencies(sum.latencies, bucket, times);
}

/** Buckets after the last one that holds something are left out. */
function addLatencies(latencies: number[], bucket: number, times: number): void {
  while (latencies.length <= bucket) latencies.push(0);
  latencies[bucket] = (latencies[bucket] ?? 0) + times;
}
