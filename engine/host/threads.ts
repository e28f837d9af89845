import { availableParallelism } from 'node:os';

/** More threads than this do not make a small model faster. */
const MOST_THREADS = 4;

/**
 * The requested number of threads, but no more than can run at once: others only wait, and thousands take minutes to start. For 0, half
 * of the cores, which leaves the rest to the editor.
 */
export function chosenThreads(wish: number, cores = availableParallelism()): number {
  return wish > 0 ? Math.min(wish, cores) : Math.max(1, Math.min(MOST_THREADS, Math.floor(cores / 2)));
}
