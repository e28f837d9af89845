import { availableParallelism } from 'node:os';

/** From so many parameters on, the share of one of many threads is still long against the time in which threads meet. */
const LARGE = 1e9;

/** More threads than this do not make a model faster: of a small one each product ends too soon, a large one waits for memory. */
const MOST_THREADS = { small: 4, large: 8 };

/**
 * The requested number of threads, but no more than can run at once: others only wait, and thousands take minutes to start. For 0, half
 * of the cores, which leaves the rest to the editor.
 */
export function chosenThreads(wish: number, parameters: number, cores = availableParallelism()): number {
  if (wish > 0) return Math.min(wish, cores);
  const most = parameters < LARGE ? MOST_THREADS.small : MOST_THREADS.large;
  return Math.max(1, Math.min(most, Math.floor(cores / 2)));
}
