import { median } from '../../../engine/host/median.ts';

/** Part of the samples that belong to the warm-up, and samples at least: caches fill, and heaps and allocators grow up to their limits. */
const WARM_UP = 0.4;
const WARM_UP_SAMPLES = 80;

/** Samples with which growth can be told from noise. */
export const ENOUGH_SAMPLES = WARM_UP_SAMPLES + 30;

/** Medians of what was measured after the warm-up, of its first third and of its last. */
export interface Flatness {
  readonly early: number;
  readonly late: number;
  /** late / early − 1 */
  readonly growth: number;
}

/** @param samples at equal distances, at least {@link ENOUGH_SAMPLES} */
export function flatness(samples: readonly number[]): Flatness {
  const warm = samples.slice(Math.max(WARM_UP_SAMPLES, Math.floor(samples.length * WARM_UP)));
  const third = Math.ceil(warm.length / 3);
  const early = median(warm.slice(0, third));
  const late = median(warm.slice(-third));
  return { early, late, growth: late / early - 1 };
}
