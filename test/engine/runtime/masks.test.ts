import { describe, expect, it } from 'vitest';
import type { KvCache } from '../../../engine/runtime/kvCache.ts';
import { Masks, type NewTokens } from '../../../engine/runtime/masks.ts';
import { cacheOf, TINY_CONFIG } from './tinyCache.ts';

const next = ({ nextPosition }: KvCache, count = 1): NewTokens => ({
  positions: Array.from({ length: count }, (_, i) => nextPosition + i),
  sees: undefined,
});

describe('the mask of a single token', () => {
  const masks = new Masks(TINY_CONFIG);

  it('is written over that of an earlier run, also where less is seen now', () => {
    const cache = cacheOf(40);
    const former = masks.build(cache, next(cache)).data;
    cache.truncate(10);
    const fresh = masks.build(cache, next(cache));
    expect(fresh.data.filter((value) => value === 0)).toHaveLength(11);
    const again = masks.build(cache, next(cache), Infinity, former);
    expect(again.data).toBe(former);
    expect(again).toEqual(fresh);
    const windowed = masks.build(cache, next(cache), 4, former);
    expect(windowed).toEqual(masks.build(cache, next(cache), 4));
    expect(windowed.data).toBe(former);
  });

  it('is another where the cache has other slots', () => {
    const former = masks.build(cacheOf(40), next(cacheOf(40))).data;
    const before = former.slice();
    const larger = cacheOf(200);
    expect(masks.build(larger, next(larger), Infinity, former)).toEqual(masks.build(larger, next(larger)));
    expect(former).toEqual(before);
  });
});

it('a mask is written in the memory of an earlier run where there is enough of it', () => {
  const masks = new Masks(TINY_CONFIG);
  const long = cacheOf(40);
  const former = masks.build(long, next(long, 8)).data;
  const short = cacheOf(10);
  for (const count of [5, 2, 1]) {
    const fresh = masks.build(short, next(short, count));
    const again = masks.build(short, next(short, count), Infinity, former);
    expect(again).toEqual(fresh);
    expect(again.data.buffer).toBe(former.buffer);
  }
  const more = masks.build(long, next(long, 40), Infinity, former);
  expect(more).toEqual(masks.build(long, next(long, 40)));
  expect(more.data.buffer).not.toBe(former.buffer);
});
