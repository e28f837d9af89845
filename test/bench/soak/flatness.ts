import { median } from '../../../engine/host/median.ts';

/** Part of the samples that belong to the warm-up: caches and heaps fill up to their limits. */
const WARM_UP = 0.4;

/** Medians of what was measured after the warm-up, of its first third and of its last. */
export interface Flatness {
  readonly early: number;
  readonly late: number;
  /** late / early − 1 */
  readonly growth: number;
}

/** @param samples at equal distances, at least 10 */
export function flatness(samples: readonly number[]): Flatness {
  const warm = samples.slice(Math.floor(samples.length * WARM_UP));
  const third = Math.ceil(warm.length / 3);
  const early = median(warm.slice(0, third));
  const late = median(warm.slice(-third));
  return { early, late, growth: late / early - 1 };
}
