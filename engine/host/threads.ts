import { availableParallelism } from 'node:os';

/** More threads than this do not make a small model faster. */
const MOST_THREADS = 4;

/** The requested number of threads; for 0, half of the cores, which leaves the rest to the editor. */
export function chosenThreads(wish: number): number {
  return wish > 0 ? wish : Math.max(1, Math.min(MOST_THREADS, Math.floor(availableParallelism() / 2)));
}
