import { expect, test } from 'vitest';
import { chosenThreads } from '../../../engine/host/threads.ts';

const SMALL = 110e6;
const LARGE = 8e9;

test.each([
  [0, SMALL, 1, 1],
  [0, SMALL, 2, 1],
  [0, SMALL, 8, 4],
  [0, SMALL, 64, 4],
  [0, LARGE, 2, 1],
  [0, LARGE, 12, 6],
  [0, LARGE, 64, 8],
  [1, LARGE, 8, 1],
  [8, SMALL, 8, 8],
  [9, SMALL, 8, 8],
  [100_000, LARGE, 8, 8],
])('of %i threads wished for, a model of %i parameters on %i cores gets %i', (wish, parameters, cores, threads) => {
  expect(chosenThreads(wish, parameters, cores)).toBe(threads);
});
