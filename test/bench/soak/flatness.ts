import { median } from '../../../engine/host/median.ts';

/**
 * Share of the samples that belong to the warm-up, and its minimum length in samples: during it caches, heaps and allocators grow to their
 * limits.
 */
const WARM_UP = 0.4;
const WARM_UP_SAMPLES = 80;

/** Number of samples from which growth can be told from noise. */
export const ENOUGH_SAMPLES = WARM_UP_SAMPLES + 30;

/** The memory held after the warm-up, apart from what comes and goes. */
export interface Flatness {
  /** In the first third and in the last third. */
  readonly early: number;
  readonly late: number;
  /** Growth over the whole range, as a share: the middles of the outer thirds are two thirds of the range apart. */
  readonly growth: number;
}

/**
 * The growth of permanently held memory after the warm-up. Caches fill and empty, and a reopened model takes other memory than before, so
 * the lowest tenths are compared: a leak is never released, and raises them.
 * @param samples at equal distances, at least {@link ENOUGH_SAMPLES}
 */
export function flatness(samples: readonly number[]): Flatness {
  const warm = samples.slice(Math.max(WARM_UP_SAMPLES, Math.floor(samples.length * WARM_UP)));
  const third = Math.ceil(warm.length / 3);
  const [early, late] = [lowest(warm.slice(0, third)), lowest(warm.slice(-third))];
  return { early, late, growth: 1.5 * (late / early - 1) };
}

/** The median of the lowest tenth. */
function lowest(samples: readonly number[]): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return median(sorted.slice(0, Math.ceil(sorted.length / 10)));
}
