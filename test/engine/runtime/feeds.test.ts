import { Tensor } from 'onnxruntime-common';
import { expect, it } from 'vitest';
import { Feeds } from '../../../engine/runtime/feeds.ts';
import type { Ort } from '../../../engine/runtime/ort.ts';
import { TINY_CONFIG } from './tinyCache.ts';

const make = new Feeds({ Tensor } as unknown as Ort, TINY_CONFIG);

it('whole numbers are written into the tensor of an earlier run if it has their dimensions', () => {
  const former = make.int64([1, 2], [1, 2]);
  const again = make.int64([3, 4], [1, 2], former);
  expect(again).toBe(former);
  expect(again.data).toEqual(BigInt64Array.of(3n, 4n));
  const other = make.int64([5, 6], [2], former);
  expect(other.dims).toEqual([2]);
  expect(former.data).toEqual(BigInt64Array.of(3n, 4n));
});

it('a tensor of an earlier run stands for its own data only, in its own dimensions', () => {
  const former = make.float32(Float32Array.of(1, 2), [1, 2]);
  const own = former.data as Float32Array;
  expect(make.float32(own, [1, 2], former)).toBe(former);
  expect(make.float32(own, [2, 1], former).dims).toEqual([2, 1]);
  expect(make.float32(Float32Array.of(1, 2), [1, 2], former)).not.toBe(former);
});
