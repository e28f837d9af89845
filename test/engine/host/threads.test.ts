import { expect, test } from 'vitest';
import { chosenThreads } from '../../../engine/host/threads.ts';

test.each([
  [0, 1, 1],
  [0, 2, 1],
  [0, 8, 4],
  [0, 64, 4],
  [1, 8, 1],
  [8, 8, 8],
  [9, 8, 8],
  [100_000, 8, 8],
])('of %i threads wished for on %i cores, %i are used', (wish, cores, threads) => {
  expect(chosenThreads(wish, cores)).toBe(threads);
});
