import { expect, it } from 'vitest';
import { cancelled, type RetentionRow } from '../../../engine/index.ts';
import { type RetentionTest, shownRetention, testRetention } from '../../../extension/contextMeasurement/retention.ts';
import { StoredMeasurements } from '../../../extension/contextMeasurement/stored.ts';

const row = (pinned: boolean, turn: number, kept: boolean | null, fraction: number): RetentionRow => {
  return { constraint: 'fiveLines', pinned, turn, kept, fraction };
};
const rows = [row(false, 1, true, 0.25), row(false, 2, false, 0.5), row(true, 1, true, 0.75), row(true, 2, true, 1)];

/** What is told of a test, and what it threw. */
async function tested(test: (onRow: (row: RetentionRow) => void) => Promise<void>) {
  const told: [RetentionTest, number][] = [];
  const task = { model: { window: 512 }, signal: new AbortController().signal, now: () => 7 };
  const windows: number[] = [];
  const engine = {
    testRetention: async ({ window }: { window: number }, _signal: AbortSignal, onRow: (row: RetentionRow) => void) => {
      windows.push(window);
      await test(onRow);
    },
  };
  const onProgress = (sofar: RetentionTest, fraction: number) => void told.push([sofar, fraction]);
  const error = await testRetention(engine, { ...task, onProgress }).then(() => undefined, String);
  return { told, windows, error };
}

it('a test of retention tells each answer, and at the end that it is complete', async () => {
  const { told, windows } = await tested(async (onRow) => rows.forEach(onRow));
  expect(windows).toEqual([512]);
  expect(told.map(([{ rows: found, isComplete }, fraction]) => [found.length, isComplete, fraction])).toEqual([
    ...[
      [1, false, 0.25],
      [2, false, 0.5],
      [3, false, 0.75],
      [4, false, 1],
    ],
    [4, true, 1],
  ]);
  const [last] = told.at(-1) ?? [];
  expect(last && shownRetention(last, 'today')).toEqual({
    ...{ when: 'today', window: 512, isComplete: true },
    turns: [
      { turn: 1, said: 1, pinned: 1, answers: { said: 1, pinned: 1 } },
      { turn: 2, said: 0, pinned: 1, answers: { said: 1, pinned: 1 } },
    ],
  });
});

it('a test that is stopped leaves what there was, which is kept for its model', async () => {
  const { told, error } = await tested(async (onRow) => {
    rows.slice(0, 2).forEach(onRow);
    throw cancelled();
  });
  expect(error).toMatch(/cancel/i);
  const [last] = told.at(-1) ?? [];
  expect(last).toMatchObject({ at: 7, isComplete: false, rows: [{ turn: 1 }, { turn: 2 }] });
  const memory = new Map<string, unknown>();
  const stored = new StoredMeasurements({
    get: (key) => memory.get(key),
    update: async (key, value) => void memory.set(key, JSON.parse(JSON.stringify(value))),
  });
  if (last) await stored.keepRetention('/a', last);
  expect(stored.retentionOf('/a')).toEqual(last);
  expect(stored.retentionOf('/b')).toBeUndefined();
  expect(stored.of('/a')).toBeUndefined();
  memory.set('retentionTests', { '/a': { at: 'today' } });
  expect(stored.retentionOf('/a')).toBeUndefined();
});
