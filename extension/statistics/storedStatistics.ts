import { isCount, isListOf, isObject, isOneOf, isString } from '../../webview/protocol/guards.ts';
import { readJson } from '../storage/readJson.ts';
import { type Cell, COUNTERS, type Counts, Tally } from './counts.ts';
import { LATENCY_BUCKETS } from './latency.ts';

/** Days that are kept, today among them. */
export const KEPT_DAYS = 90;

/** All that is kept between windows: numbers by day, language and model, nothing of any code and no path. */
export interface StoredStatistics {
  /** When counting began, or began anew, in milliseconds since 1970. */
  readonly since: number;
  /** When all was erased last; 0 when it never was. */
  readonly erased: number;
  readonly cells: readonly Cell[];
}

const VERSION = 1;

const labels = { day: isDay, language: isString, model: isString, device: isString };
const counters = Object.fromEntries(COUNTERS.map((counter) => [counter, isCount])) as Record<
  (typeof COUNTERS)[number],
  typeof isCount
>;
const isLatencies = isListOf(isCount);
const isCell = isObject<Cell>({
  ...labels,
  ...counters,
  latencies: (value): value is Counts['latencies'] => isLatencies(value) && value.length <= LATENCY_BUCKETS,
});
const isStored = isObject<StoredStatistics & { readonly version: number }>({
  version: isOneOf(VERSION),
  since: isCount,
  erased: isCount,
  cells: isListOf(isCell),
});

/** Reads what {@link serialize} wrote; undefined when it is anything else. */
export function parse(text: string): StoredStatistics | undefined {
  const value = readJson(text, isStored);
  // Through a tally, so that fields of other versions are dropped.
  return value && { since: value.since, erased: value.erased, cells: new Tally(value.cells).cells };
}

export function serialize({ since, erased, cells }: StoredStatistics): string {
  return `${JSON.stringify({ version: VERSION, since, erased, cells })}\n`;
}

/** The day of a time, in local time, as `2026-11-21`. */
export function dayOf(time: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
}

/** The last so many days, the last one that of `today`, in order. */
export function lastDays(today: Date, count: number): string[] {
  const [year, month, date] = [today.getFullYear(), today.getMonth(), today.getDate()];
  return Array.from({ length: count }, (_, i) => dayOf(new Date(year, month, date - count + 1 + i)));
}

/** Counts that are not stored yet. */
export interface FreshCounts {
  readonly cells: readonly Cell[];
  /** When the first of them was counted, in milliseconds since 1970. */
  readonly since: number;
}

/**
 * Adds counts, and drops those of days that are too long ago. Counts that were begun before all was erased are dropped, too: what was
 * erased does not come back.
 * @param stored undefined when nothing is
 */
export function withCounts(stored: StoredStatistics | undefined, fresh: FreshCounts, today: Date): StoredStatistics {
  const { since, erased, cells } = stored ?? { since: fresh.since, erased: 0, cells: [] };
  const tally = new Tally(cells);
  const isErased = fresh.since < erased;
  if (!isErased) tally.merge(fresh.cells);
  const [first = ''] = lastDays(today, KEPT_DAYS);
  return { since: isErased ? since : Math.min(since, fresh.since), erased, cells: tally.cells.filter(({ day }) => day >= first) };
}

function isDay(value: unknown): value is string {
  return isString(value) && /^\d{4}-\d\d-\d\d$/.test(value);
}
