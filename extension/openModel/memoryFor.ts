import type { ModelInspection } from '../../engine/index.ts';

/**
 * Estimated bytes of memory for a window the engine has not computed, by linear interpolation. If only one window is known, only keys and
 * values are assumed to grow.
 * @param window tokens; cut to the largest one that is known
 */
export function memoryFor(window: number, known: ModelInspection['memory']): number {
  const rows = [...known].sort((a, b) => a.window - b.window);
  const [largest, before] = [rows.at(-1), rows.at(-2)];
  if (!largest) return 0;
  const from = before ?? { window: 0, totalBytes: largest.totalBytes - largest.cacheBytes };
  const slope = (largest.totalBytes - from.totalBytes) / (largest.window - from.window);
  return Math.round(largest.totalBytes - slope * Math.max(0, largest.window - window));
}
