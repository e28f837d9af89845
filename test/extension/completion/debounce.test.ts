import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { debounce } from '../../../extension/completion/debounce.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('waits the whole time', async () => {
  let over = false;
  const wait = debounce(120, new AbortController().signal).then((value) => {
    over = value;
  });
  await vi.advanceTimersByTimeAsync(119);
  expect(over).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  await wait;
  expect(over).toBe(true);
});

test('ends at once when aborted, and leaves no timer', async () => {
  const controller = new AbortController();
  const wait = debounce(120, controller.signal);
  controller.abort();
  expect(await wait).toBe(false);
  expect(vi.getTimerCount()).toBe(0);
});

test('zero does not wait, and an aborted signal ends it before any wait', async () => {
  expect(await debounce(0, new AbortController().signal)).toBe(true);
  expect(await debounce(120, AbortSignal.abort())).toBe(false);
  expect(vi.getTimerCount()).toBe(0);
});
