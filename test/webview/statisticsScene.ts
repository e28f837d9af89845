/** The views of the statistics page for its tests. */
import { type Cell, Tally } from '../../extension/statistics/counts.ts';
import { statisticsView } from '../../extension/statistics/statisticsView.ts';
import { dayOf, lastDays } from '../../extension/statistics/storedStatistics.ts';
import { type Range, type StatisticsView, TEXT_KEYS } from '../../webview/protocol/statistics.ts';

/** Each text is its own key, so that tests can see which text is where. */
export const statisticsTexts = {
  ...Object.fromEntries(TEXT_KEYS.map((key) => [key, key])),
  days: '{0} days',
  between: '{0} to {1}',
};

/** The current time in these views. */
const today = new Date(2026, 10, 21, 12);
/** The day of that time. */
export const day = dayOf(today);
const [yesterday = ''] = lastDays(today, 2);

/** Two days with Paddock. */
export function someCells(): readonly Cell[] {
  const tally = new Tally();
  const add = (labels: { day: string; language: string }, counts: Partial<Record<keyof Cell, number>>, ms: readonly number[]) => {
    const cell = { ...labels, model: 'tiny', device: 'cpu' };
    for (const [counter, times] of Object.entries(counts)) tally.count(cell, counter as 'shown', times);
    for (const each of ms) tally.latency(cell, each);
  };
  const typescript = { shown: 40, accepted: 10, partlyAccepted: 4, rejected: 26, acceptedCharacters: 300, typedCharacters: 900 };
  add({ day: yesterday, language: 'typescript' }, { ...typescript, followed: 10, retained: 8 }, [3, 30, 40, 45, 50, 60, 80, 300]);
  add(
    { day, language: 'python' },
    { shown: 10, accepted: 1, rejected: 8, acceptedCharacters: 12, typedCharacters: 88 },
    [20, 1_500],
  );
  return tally.cells;
}

/** The view of a range. */
export function view(range: Range = 7, cells = someCells()): StatisticsView {
  const since = cells.length === 0 ? '' : 'November 1, 2026';
  const languageName = (id: string) => ({ typescript: 'TypeScript', python: 'Python' })[id] ?? id;
  return statisticsView({ cells, range, today, enabled: true, since, languageName });
}
