import { median } from '../../../engine/host/median.ts';

/** Part of the samples that belong to the warm-up, and samples at least: caches fill, and heaps and allocators grow up to their limits. */
const WARM_UP = 0.4;
const WARM_UP_SAMPLES = 80;

/** Samples with which growth can be told from noise. */
export const ENOUGH_SAMPLES = WARM_UP_SAMPLES + 30;

/** What is held after the warm-up when all that comes and goes has gone. */
export interface Flatness {
  /** In the first third and in the last. */
  readonly early: number;
  readonly late: number;
  /** Over the whole, as a share: the two thirds are two thirds of it apart. */
  readonly growth: number;
}

/**
 * How what is held for good grows after the warm-up. Caches fill and are emptied, and a model that is opened anew takes other memory than the
 * one before, so it is the lowest tenths that are compared: what leaks never comes back, and lifts them.
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
