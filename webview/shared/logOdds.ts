/** Where a probability lies on a scale of log-odds between two ends; 0 and 1, and what lies beyond, are at the ends. */
export function placeWithin(end: number, probability: number): number {
  if (probability <= 0) return -end;
  if (probability >= 1) return end;
  return Math.max(-end, Math.min(end, Math.log(probability / (1 - probability))));
}

/** The probability at a place of such a scale. At the ends it is 0 and 1. */
export function probabilityWithin(end: number, place: number): number {
  if (Math.abs(place) >= end) return place > 0 ? 1 : 0;
  return 1 / (1 + Math.exp(-place));
}
