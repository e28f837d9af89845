/** The median of durations, which what else the machine does hardly affects; the larger of the middle two; null if there are none. */
export function medianOf(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? null;
}
