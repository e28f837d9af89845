import { expect, test } from 'vitest';
import { memoryFor } from '../../../extension/openModel/memoryFor.ts';

test('memory is estimated between, at and beyond the known windows', () => {
  const row = (window: number) => ({
    window,
    weightBytes: 1000,
    cacheBytes: 2 * window,
    workingBytes: window + 50,
    totalBytes: 1050 + 3 * window,
  });
  const known = [row(2048), row(8192)];
  for (const window of [512, 2048, 4096, 8192]) expect(memoryFor(window, known)).toBe(row(window).totalBytes);
  expect(memoryFor(100_000, known)).toBe(row(8192).totalBytes);
  expect(memoryFor(1024, [row(1024)])).toBe(row(1024).totalBytes);
  expect(memoryFor(1024, [])).toBe(0);
});
