import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Calm } from '../../../extension/workspaceMemory/calm.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('acts once for each key, after its last postponement', () => {
  const calm = new Calm();
  const acts: string[] = [];
  calm.after('a', 100, () => acts.push('first'));
  calm.after('b', 100, () => acts.push('other'));
  vi.advanceTimersByTime(60);
  calm.after('a', 100, () => acts.push('second'));
  vi.advanceTimersByTime(60);
  expect(acts).toEqual(['other']);
  vi.advanceTimersByTime(60);
  expect(acts).toEqual(['other', 'second']);
});

test('does nothing for a cancelled key, or after it is disposed of', () => {
  const calm = new Calm();
  const acts: string[] = [];
  calm.after('a', 100, () => acts.push('a'));
  calm.after('b', 100, () => acts.push('b'));
  calm.cancel('a');
  vi.advanceTimersByTime(200);
  expect(acts).toEqual(['b']);
  calm.after('c', 100, () => acts.push('c'));
  calm.dispose();
  vi.advanceTimersByTime(200);
  expect(acts).toEqual(['b']);
});
