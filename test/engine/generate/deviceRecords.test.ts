import { expect, test } from 'vitest';
import { nextTry, secondsOf } from '../../../engine/generate/deviceRecords.ts';

test('a device is tried at most twice, and not again once it was measured', () => {
  const first = nextTry(undefined);
  expect(first).toEqual({ state: 'trying', tries: 1 });
  const second = nextTry(first);
  expect(second).toEqual({ state: 'trying', tries: 2 });
  expect(nextTry(second)).toBeUndefined();
  expect(nextTry({ state: 'measured', prefill: 500, decode: 50 })).toBeUndefined();
});

test('the time of a typical request follows from measured prefill and decode rates', () => {
  expect(secondsOf({ state: 'measured', prefill: 512, decode: 64 })).toBe(1);
  expect(secondsOf({ state: 'trying', tries: 1 })).toBeUndefined();
  expect(secondsOf(undefined)).toBeUndefined();
});
