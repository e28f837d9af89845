import { describe, expect, it } from 'vitest';
import type { KvCache, ValueOrder } from '../../../engine/runtime/kvCache.ts';
import { cacheOf, keysAndValues, TINY_CONFIG } from './tinyCache.ts';

const { layers, kvHeads, headSize, contextLength } = TINY_CONFIG;

describe.each(['slots first', 'slots last'] as const)('with values %s', (order) => {
  it('a growing cache keeps what it holds, in few more slots than it has tokens', () => {
    const cache = cacheOf(0, order);
    let [moves, mostSpare] = [0, 0];
    for (let position = 0; position < contextLength; position++) {
      const before = cache.slots;
      cache.append([position], keysAndValues(position));
      if (cache.slots !== before) moves++;
      mostSpare = Math.max(mostSpare, (cache.slots - cache.length) / (64 + position / 32));
      if (position % 97 === 0)
        for (const slot of [0, position >> 1, position]) expect(held(cache, slot, order)).toEqual(keysAndValues(slot));
    }
    expect(mostSpare).toBeLessThanOrEqual(1);
    expect(cache.slots).toBe(contextLength);
    expect(moves).toBeLessThan(contextLength / 64);
  });

  it('a cache cut short has few slots again, keeps what it holds, and takes no memory anew when it grows to its former length', () => {
    const cache = cacheOf(300, order);
    const { slots, bytes } = cache;
    cache.truncate(20);
    cache.fit();
    expect(cache.slots).toBeLessThanOrEqual(20 + 64);
    for (const slot of [0, 19]) expect(held(cache, slot, order)).toEqual(keysAndValues(slot));
    for (let position = 20; position < 300; position++) cache.append([position], keysAndValues(position));
    expect([cache.slots, cache.bytes]).toEqual([slots, bytes]);
    for (const slot of [0, 19, 20, 299]) expect(held(cache, slot, order)).toEqual(keysAndValues(slot));
  });
});

/** What a cache holds in a slot, as it was given. */
function held(cache: KvCache, slot: number, order: ValueOrder): Float32Array {
  const [ofKeys, ofValues]: [number[], number[]] = [[], []];
  for (let layer = 0; layer < layers; layer++) {
    const { keys, values } = cache.past(layer);
    for (let head = 0; head < kvHeads; head++) {
      const at = (head * cache.slots + slot) * headSize;
      ofKeys.push(...keys.subarray(at, at + headSize));
      if (order === 'slots first') ofValues.push(...values.subarray(at, at + headSize));
    }
    if (order === 'slots first') continue;
    for (let row = 0; row < kvHeads * headSize; row++) ofValues.push(values[row * cache.slots + slot] as number);
  }
  return Float32Array.from([...ofKeys, ...ofValues]);
}
