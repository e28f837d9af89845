import { expect, it } from 'vitest';
import { chooseLowering } from '../../../engine/generate/lowering.ts';

const SMALL = 0.5e9;
const LARGE = 5e9;
const CAN = { float16: true, longestRun: 128 };

it('WebAssembly keeps small models as they are and large ones in 8 bits, unless exact numbers are asked for', () => {
  expect(chooseLowering('wasm', 'fast', { floatBytes: SMALL })).toMatchObject({
    linear: { kind: 'float32' },
    head: { kind: 'float32' },
  });
  expect(chooseLowering('wasm', 'fast', { floatBytes: LARGE })).toMatchObject({
    linear: { kind: 'int8' },
    head: { kind: 'int8' },
  });
  expect(chooseLowering('wasm', 'exact', { floatBytes: LARGE })).toMatchObject({ linear: { kind: 'float32' } });
});

it('on other devices the size of a model changes nothing', () => {
  for (const device of ['cpu', 'webgpu'] as const) {
    expect(chooseLowering(device, 'fast', { floatBytes: LARGE })).toEqual(chooseLowering(device, 'fast', { floatBytes: SMALL }));
  }
});

it('WebGPU computes in float16 if the device and the requested precision allow it, and never uses the formats of the CPU kernels', () => {
  expect(chooseLowering('webgpu', 'fast', { adapter: CAN })).toMatchObject({ kernels: 'webgpu', halfPrecision: true });
  expect(chooseLowering('webgpu', 'fast', { adapter: { ...CAN, float16: false } })).toMatchObject({ halfPrecision: false });
  expect(chooseLowering('webgpu', 'exact', { adapter: CAN })).toMatchObject({ accuracy: 'exact', halfPrecision: false });
  expect(chooseLowering('webgpu', 'float32', { adapter: CAN }).halfPrecision ?? false).toBe(false);
  expect(chooseLowering('cpu', 'fast').kernels).toBe('cpu');
});
