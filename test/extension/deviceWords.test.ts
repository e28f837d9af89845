import { expect, test } from 'vitest';
import { DEVICES } from '../../engine/host/protocol.ts';
import { deviceInWords } from '../../extension/deviceWords.ts';

test('devices have familiar names; an unknown one keeps its own', () => {
  expect(DEVICES.filter((device) => device !== 'auto').map(deviceInWords)).toEqual(['CPU', 'GPU (WebGPU)', 'WebAssembly']);
  expect(['constructor', 'npu', ''].map(deviceInWords)).toEqual(['constructor', 'npu', '']);
});
