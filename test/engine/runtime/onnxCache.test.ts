import { expect, it } from 'vitest';
import type { StateBinding } from '../../../engine/model/onnx/interface.ts';
import { loadBackend } from '../../../engine/runtime/backend.ts';
import { OnnxCache } from '../../../engine/runtime/onnx/onnxCache.ts';
import { StateCut } from '../../../engine/runtime/onnx/stateCut.ts';

const KEYS: StateBinding = {
  slot: '0.key',
  input: 'past',
  output: 'present',
  type: 'float32',
  shape: [1, 2, 0, 3],
  axis: 2,
  cross: false,
};

it('the states of a run that did not end are cut back to the timeline', async () => {
  const { ort } = await loadBackend('cpu', 1);
  const cache = new OnnxCache(new StateCut(ort), [KEYS], 16);
  /** Keys of so many tokens: head, token and dimension in the digits of each. */
  const keys = (tokens: number) => {
    const data = Float32Array.from({ length: 6 * tokens }, (_, i) => {
      const [head, rest] = [Math.floor(i / (3 * tokens)), i % (3 * tokens)];
      return 100 * head + 10 * Math.floor(rest / 3) + (rest % 3);
    });
    return new ort.Tensor('float32', data, [1, 2, tokens, 3]);
  };
  cache.hold(new Map([['0.key', keys(2)]]), 2);
  cache.append([7, 8]);
  const old = (await cache.states()).get('0.key');
  // Two more tokens were run, and then something failed.
  cache.hold(new Map([['0.key', keys(4)]]), 4);
  expect(() => old?.data).toThrow();
  const left = (await cache.states()).get('0.key');
  if (!left) throw new Error('missing');
  expect(left.dims).toEqual([1, 2, 2, 3]);
  expect([...(left.data as Float32Array)]).toEqual([...(keys(2).data as Float32Array)]);
  expect(cache.length).toBe(2);
  expect(cache.bytes).toBe(2 * 2 * 3 * 4);
});
