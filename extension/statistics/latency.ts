/**
 * Durations by logarithmic buckets: bucket 0 holds those below 1 ms, bucket i those from 2^((i-1)/2) ms to below 2^(i/2) ms, the last all
 * that are longer, from 11 585 ms. Two buckets double the time, so a quantile is known to a few per cent at any length.
 */
export const LATENCY_BUCKETS = 29;

/** The bucket of a duration in milliseconds. */
export function latencyBucket(ms: number): number {
  if (!(ms >= 1)) return 0;
  return Math.min(LATENCY_BUCKETS - 1, 1 + Math.floor(2 * Math.log2(ms)));
}

/** Where a bucket begins and ends, in milliseconds; the last one ends nowhere and is given the width of the others. */
export function bucketBounds(bucket: number): readonly [from: number, to: number] {
  return [bucket === 0 ? 0 : 2 ** ((bucket - 1) / 2), 2 ** (bucket / 2)];
}

/**
 * A quantile of what the buckets hold, in milliseconds, as if the durations lay evenly within each.
 * @param counts by bucket
 * @returns undefined when they hold nothing
 */
export function latencyQuantile(counts: readonly number[], quantile: number): number | undefined {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return undefined;
  let below = 0;
  for (const [bucket, count] of counts.entries()) {
    if (count > 0 && below + count >= quantile * total) {
      const [from, to] = bucketBounds(bucket);
      return from + ((quantile * total - below) / count) * (to - from);
    }
    below += count;
  }
  return undefined;
}
