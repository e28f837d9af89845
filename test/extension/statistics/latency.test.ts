import { expect, test } from 'vitest';
import { bucketBounds, LATENCY_BUCKETS, latencyBucket, latencyQuantile } from '../../../extension/statistics/latency.ts';

test.each([0, 0.5, 1, 1.2, 1.5, 2, 3, 7.9, 8, 100, 1_000, 11_000])('%d ms lie within their bucket', (ms) => {
  const [from, to] = bucketBounds(latencyBucket(ms));
  expect(ms).toBeGreaterThanOrEqual(from);
  expect(ms).toBeLessThan(to);
});

test('extreme times have a bucket, too', () => {
  expect(latencyBucket(1e9)).toBe(LATENCY_BUCKETS - 1);
  expect(latencyBucket(Number.NaN)).toBe(0);
});

test('the median of many durations is known to a few per cent', () => {
  const durations = Array.from({ length: 1001 }, (_, i) => 20 * 1.003 ** i);
  const counts: number[] = Array(LATENCY_BUCKETS).fill(0);
  for (const ms of durations) counts[latencyBucket(ms)] = (counts[latencyBucket(ms)] ?? 0) + 1;
  const truth = durations[500] as number;
  expect(Math.abs((latencyQuantile(counts, 0.5) ?? 0) / truth - 1)).toBeLessThan(0.05);
  expect(latencyQuantile([], 0.5)).toBeUndefined();
  expect(latencyQuantile([0, 0, 4], 1)).toBe(2);
});
