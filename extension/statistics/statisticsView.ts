import type { LatencyBar, NamedSummary, Range, StatisticsView, Summary } from '../../webview/protocol/statistics.ts';
import { deviceInWords } from '../deviceWords.ts';
import { type Cell, type Counts, sumOf } from './counts.ts';
import { bucketBounds, latencyQuantile } from './latency.ts';
import { lastDays } from './storedStatistics.ts';

/** What a view is made of. */
export interface ViewFacts {
  readonly cells: readonly Cell[];
  readonly range: Range;
  readonly today: Date;
  readonly enabled: boolean;
  /** As the person writes dates; empty when nothing was counted. */
  readonly since: string;
  /** A language as the editor calls it, by its identifier. */
  readonly languageName: (id: string) => string;
}

/** What the page shows of counts. */
export function statisticsView({ cells, range, today, enabled, since, languageName }: ViewFacts): StatisticsView {
  const days = lastDays(today, range);
  const inRange = cells.filter(({ day }) => days.includes(day));
  const total = sumOf(inRange);
  return {
    kind: 'view',
    range,
    enabled,
    since,
    total: summaryOf(total),
    days: days.map((name) => ({ name, ...summaryOf(sumOf(inRange.filter(({ day }) => day === name))) })),
    languages: byName(inRange, ({ language }) => languageName(language)),
    models: byName(inRange, ({ model, device }) => (model === '' ? '' : `${model}, ${deviceInWords(device)}`)),
    latencies: latencyBars(total.latencies),
  };
}

/** Figures computed from counts. */
export function summaryOf(counts: Counts): Summary {
  const { shown, accepted, partlyAccepted, rejected, acceptedCharacters, typedCharacters, followed, retained } = counts;
  return {
    shown,
    accepted,
    partlyAccepted,
    rejected,
    acceptedCharacters,
    typedCharacters,
    // Only ended ones: one that is on the screen may still be accepted.
    acceptanceShare: share(accepted + partlyAccepted, accepted + partlyAccepted + rejected),
    retainedShare: share(retained, followed),
    completedShare: share(acceptedCharacters, acceptedCharacters + typedCharacters),
    medianMs: latencyQuantile(counts.latencies, 0.5) ?? null,
  };
}

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

/** Those of which a suggestion was shown or a character typed, the most used first. */
function byName(cells: readonly Cell[], nameOf: (cell: Cell) => string): NamedSummary[] {
  const names = [...new Set(cells.map(nameOf))];
  const summaries = names.map((name) => ({ name, ...summaryOf(sumOf(cells.filter((cell) => nameOf(cell) === name))) }));
  return summaries
    .filter(({ name, shown, typedCharacters }) => name !== '' && shown + typedCharacters > 0)
    .sort((a, b) => b.shown - a.shown || b.typedCharacters - a.typedCharacters || (a.name < b.name ? -1 : 1));
}

/** From the first bucket that holds something to the last. */
function latencyBars(latencies: readonly number[]): LatencyBar[] {
  const bars = latencies.map((count, bucket) => {
    const [from, to] = bucketBounds(bucket);
    return { from, to, count };
  });
  const first = bars.findIndex(({ count }) => count > 0);
  return first < 0 ? [] : bars.slice(first, bars.findLastIndex(({ count }) => count > 0) + 1);
}
