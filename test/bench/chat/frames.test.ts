import { expect, test } from 'vitest';
import { busyBetween, framesBetween, quantile, type TraceEvent } from './frames.ts';

const event = (name: string, ts: number, more: Partial<TraceEvent> = {}): TraceEvent => ({
  ...{ name, ph: 'X', pid: 1, tid: 1, ts: ts * 1_000, dur: 0, tdur: 0 },
  ...more,
});
const task = (ts: number, dur: number, tdur: number, more: Partial<TraceEvent> = {}) =>
  event('RunTask', ts, { dur: dur * 1_000, tdur: tdur * 1_000, ...more });

const events = [
  task(0, 9, 9),
  task(10, 4, 3),
  event('from', 11),
  task(20, 2, 1),
  task(25, 5, 4),
  event('BeginMainThreadFrame', 26),
  task(26, 9, 9, { tid: 2 }),
  task(40, 6, 6),
  event('BeginMainThreadFrame', 41),
  task(50, 3, 3),
  event('to', 60),
  task(61, 9, 9),
];

test('to a frame belongs what its thread did since the one before', () => {
  expect(framesBetween(events, 'from', 'to')).toEqual([
    { wall: 11, cpu: 8 },
    { wall: 6, cpu: 6 },
  ]);
  expect(busyBetween(events, 'from', 'to')).toBe(17);
  expect(() => framesBetween(events, 'from', 'nowhere')).toThrow('no mark "nowhere"');
});

test('a quantile is one of the values', () => {
  expect(quantile([3, 1, 2, 4], 0.5)).toBe(3);
  expect(quantile([3, 1, 2, 4], 1)).toBe(4);
  expect(quantile([], 0.5)).toBeNaN();
});
