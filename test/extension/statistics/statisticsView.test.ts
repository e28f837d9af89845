import { expect, test } from 'vitest';
import { type Cell, Tally } from '../../../extension/statistics/counts.ts';
import { exported } from '../../../extension/statistics/exported.ts';
import { statisticsView } from '../../../extension/statistics/statisticsView.ts';
import { lastDays } from '../../../extension/statistics/storedStatistics.ts';
import { isStatisticsIntent, isStatisticsView } from '../../../webview/protocol/statistics.ts';

const today = new Date(2026, 10, 21, 12);
const [early = '', , , , , , , late = ''] = lastDays(today, 8);

function cells(): readonly Cell[] {
  const tally = new Tally();
  const labels = { day: late, language: 'typescript', model: 'tiny', device: 'cpu' };
  const count = (each: typeof labels, counts: Record<string, number>) => {
    for (const [counter, times] of Object.entries(counts)) tally.count(each, counter as 'shown', times);
  };
  // Twelve were shown; the twelfth is still visible.
  count(labels, { shown: 12, accepted: 3, partlyAccepted: 1, rejected: 7, acceptedCharacters: 60, typedCharacters: 140 });
  count(labels, { followed: 4, retained: 3 });
  for (const ms of [3, 3, 40]) tally.latency(labels, ms);
  count({ ...labels, language: 'markdown' }, { requests: 5 });
  count({ ...labels, language: 'python', model: '', device: '' }, { typedCharacters: 10 });
  count({ ...labels, day: early }, { shown: 1_000 });
  return tally.cells;
}

const languageName = (id: string) => (id === 'typescript' ? 'TypeScript' : id);
const view = () => statisticsView({ cells: cells(), range: 7, today, enabled: true, since: 'long ago', languageName });

test('shares refer to ended suggestions, tracked acceptances and written characters', () => {
  expect(view().total).toEqual({
    shown: 12,
    accepted: 3,
    partlyAccepted: 1,
    rejected: 7,
    acceptedCharacters: 60,
    typedCharacters: 150,
    acceptanceShare: 4 / 11,
    retainedShare: 3 / 4,
    completedShare: 60 / 210,
    // One and a half of the two that lie between √8 and 4 ms.
    medianMs: expect.closeTo(2 ** 1.5 + 0.75 * (4 - 2 ** 1.5), 6),
  });
});

test('contains every day of the range, and none before it', () => {
  const { days } = view();
  expect(days.map(({ name }) => name)).toEqual(lastDays(today, 7));
  expect(days.map(({ shown }) => shown)).toEqual([0, 0, 0, 0, 0, 0, 12]);
  expect(days[0]).toMatchObject({ acceptanceShare: null, retainedShare: null, completedShare: null, medianMs: null });
});

test('lists languages and models with counts, the most used first', () => {
  expect(view().languages.map(({ name }) => name)).toEqual(['TypeScript', 'python']);
  expect(view().models.map(({ name }) => name)).toEqual(['tiny, CPU']);
});

test('times run from the first non-empty bucket to the last', () => {
  const { latencies } = view();
  expect(latencies.map(({ count }) => count)).toEqual([2, 0, 0, 0, 0, 0, 0, 1]);
  for (const [i, bar] of latencies.entries()) expect(bar.from).toBe(latencies[i - 1]?.to ?? bar.from);
});

test('the page accepts what the extension sends', () => {
  expect(isStatisticsView(structuredClone(view()))).toBe(true);
  expect(isStatisticsView(statisticsView({ cells: [], range: 90, today, enabled: false, since: '', languageName }))).toBe(true);
});

test.each([
  { kind: 'ready' },
  { kind: 'range', range: 90 },
  { kind: 'export', format: 'csv' },
  { kind: 'erase' },
  { kind: 'settings' },
])('%j is an intent', (message) => expect(isStatisticsIntent(message)).toBe(true));

test.each([
  undefined,
  null,
  'ready',
  [],
  { kind: 'view' },
  { kind: 'range', range: '7' },
  { kind: 'range', range: 8 },
  { kind: 'export' },
])('%j is none', (message) => expect(isStatisticsIntent(message)).toBe(false));

test('as CSV there is a row for each day, language, model and device', () => {
  const tally = new Tally();
  const labels = { day: late, language: 'c, "c"', model: '=cmd()', device: 'cpu' };
  tally.count(labels, 'shown', 2);
  tally.latency(labels, 3);
  expect(exported(tally.cells, 'csv')).toBe(
    'day,language,model,device,requests,shown,accepted,partlyAccepted,rejected,acceptedCharacters,typedCharacters,followed,retained,medianMs\r\n' +
      `${late},"c, ""c""",'=cmd(),cpu,0,2,0,0,0,0,0,0,0,3.4\r\n`,
  );
});

test('as JSON the times are there with their bounds', () => {
  const [row] = JSON.parse(exported(cells().slice(0, 1), 'json'));
  expect(row).toMatchObject({ day: late, language: 'typescript', shown: 12 });
  expect(row.latencies.map(({ count }: { count: number }) => count)).toEqual([2, 1]);
  for (const { fromMs, toMs } of row.latencies) expect(toMs).toBeGreaterThan(fromMs);
});
