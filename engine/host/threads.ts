import { availableParallelism } from 'node:os';

/** More threads than this do not make a small model faster. */
const MOST_THREADS = 4;

/** The threads wished for; for 0 half of the cores, so that the editor keeps the rest. */
export function chosenThreads(wish: number): number {
  return wish > 0 ? wish : Math.max(1, Math.min(MOST_THREADS, Math.floor(availableParallelism() / 2)));
}
