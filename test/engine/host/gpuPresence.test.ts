import { expect, test } from 'vitest';
import { mayHaveGpu } from '../../../engine/host/gpuPresence.ts';

test.each([
  ['linux', ['null', 'dri', 'tty'], true],
  ['linux', ['null', 'nvidia0', 'nvidiactl'], true],
  ['linux', ['null', 'dxg'], true],
  ['linux', ['null', 'driver', 'nvidiactl', 'tty'], false],
  ['linux', [], false],
  ['darwin', [], true],
  ['win32', [], true],
] as const)('on %s with %j', (platform, devices, may) => {
  expect(mayHaveGpu(platform, () => devices)).toBe(may);
});
