import { expect, it } from 'vitest';
import { CONSTRAINTS, cancelled, type RetentionParams, type RetentionRow } from '../../../engine/index.ts';
import {
  type ChatSettings,
  isRetentionTest,
  type RetentionTest,
  shownRetention,
  testRetention,
} from '../../../extension/contextMeasurement/retention.ts';
import { StoredMeasurements } from '../../../extension/contextMeasurement/stored.ts';
import { ruleNames } from './samples.ts';

const row = (pinned: boolean, turn: number, kept: boolean | null, fraction: number): RetentionRow => {
  return { constraint: 'fiveLines', pinned, turn, kept, fraction };
};
const rows = [row(false, 1, true, 0.25), row(false, 2, false, 0.5), row(true, 1, true, 0.75), row(true, 2, true, 1)];

const settings: ChatSettings = {
  controls: {
    ...{ window: 512, largestWindow: 512, unscaled: 256, canScale: true, canSlide: true, scaling: 'own', scalingValue: 1 },
    ...{ slides: false, sinks: 4, overflow: 'oldest', reserve: 64 },
  },
  pinned: { text: '', mode: 'off' },
};

/** The reports of a test, and its error. */
async function tested(test: (onRow: (row: RetentionRow) => void) => Promise<void>, chat: ChatSettings = settings) {
  const told: [RetentionTest, number][] = [];
  const task = { model: { path: '/m' }, chat, signal: new AbortController().signal, now: () => 7 };
  const asked: RetentionParams[] = [];
  const engine = {
    testRetention: async (params: RetentionParams, _signal: AbortSignal, onRow: (row: RetentionRow) => void) => {
      asked.push(params);
      await test(onRow);
    },
  };
  const onProgress = (sofar: RetentionTest, fraction: number) => void told.push([sofar, fraction]);
  const error = await testRetention(engine, { ...task, onProgress }).then(() => undefined, String);
  return { told, asked, error };
}

it('a test of retention reports each answer, and at the end that it is complete', async () => {
  const { told, asked } = await tested(async (onRow) => rows.forEach(onRow));
  expect(asked).toEqual([{ model: '/m', use: { window: 512 }, overflow: 'oldest', text: '', constraints: [...CONSTRAINTS] }]);
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
  expect(last && shownRetention(last, 'today', ruleNames)).toEqual({
    ...{ when: 'today', window: 512, isComplete: true },
    ...{ scaling: { scaling: 'own', value: 1 }, rules: Object.values(ruleNames), hasText: false },
    turns: [
      { turn: 1, said: 1, pinned: 1, answers: { said: 1, pinned: 1 } },
      { turn: 2, said: 0, pinned: 1, answers: { said: 1, pinned: 1 } },
    ],
  });
});

it('a test uses the window of the chat and its pinned text', async () => {
  const controls = { ...settings.controls, scaling: 'yarn', scalingValue: 2, slides: true, overflow: 'middle' } as const;
  const pinned = { text: ' Be kind. ', mode: 'first', constraints: ['chinese'] } as const;
  const { told, asked } = await tested(async (onRow) => rows.forEach(onRow), { controls, pinned });
  expect(asked).toMatchObject([
    {
      use: { window: 512, sinks: 4, scaling: { kind: 'yarn', factor: 2, original: 256 } },
      ...{ overflow: 'middle', text: 'Be kind.', constraints: ['chinese'] },
    },
  ]);
  const [last] = told.at(-1) ?? [];
  expect(last && shownRetention(last, 'today', ruleNames)).toMatchObject({
    ...{ scaling: { scaling: 'yarn', value: 2 }, rules: ['Chinese'], hasText: true },
  });
  // What is not sent is not tested.
  const off = await tested(async () => undefined, { controls, pinned: { ...pinned, mode: 'off' } });
  expect(off.asked).toMatchObject([{ text: '', constraints: [...CONSTRAINTS] }]);
  // A pin stored by an older version has fewer fields.
  const { scaling: _, constraints: __, hasText: ___, ...older } = last ?? expect.fail('nothing was told');
  expect(isRetentionTest(JSON.parse(JSON.stringify(older)))).toBe(true);
  expect(shownRetention(older, 'today', ruleNames)).toMatchObject({
    scaling: { scaling: 'own' },
    rules: Object.values(ruleNames),
  });
});

it('a stopped test keeps its results so far, stored for its model until one is complete', async () => {
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
  expect(stored.retentionOf('/a')).toEqual([last]);
  expect([...stored.retentionOf('/b'), ...stored.of('/a')]).toEqual([]);
  if (last) await stored.keepRetention('/a', { ...last, isComplete: true });
  if (last) await stored.keepRetention('/a', last);
  expect(stored.retentionOf('/a').map(({ isComplete }) => isComplete)).toEqual([false, true]);
  memory.set('retentionTests', { '/a': { at: 'today' } });
  expect(stored.retentionOf('/a')).toEqual([]);
});
