import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { gpuMark, mayHaveGpu } from '../../../engine/host/gpuPresence.ts';
import { folderForEach } from '../../support/testFolders.ts';

const folder = folderForEach();

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

test('another system, card or driver gives another mark; screens and drives do not', async () => {
  const put = async (path: string, text: string) => {
    await mkdir(dirname(join(folder.path, path)), { recursive: true });
    await writeFile(join(folder.path, path), text);
  };
  const mark = () => gpuMark('6.8.0', folder.path);
  expect(gpuMark('23.6.0', join(folder.path, 'none'))).toBe('23.6.0');
  await put('class/drm/card1/device/vendor', '0x10de\n');
  await put('class/drm/card1/device/device', '0x2684\n');
  expect(mark()).toBe('6.8.0 0x10de 0x2684');
  await put('class/drm/card1-DP-1/status', 'connected\n');
  await put('class/drm/renderD128/device/vendor', '0x10de\n');
  await put('module/nvme/version', '1.0\n');
  expect(mark()).toBe('6.8.0 0x10de 0x2684');
  await put('module/nvidia/version', '570.86\n');
  expect(mark()).toBe('6.8.0 570.86 0x10de 0x2684');
  await put('class/drm/card0/device/vendor', '0x8086\n');
  await put('class/drm/card0/device/device', '0x4680\n');
  expect(mark()).toBe('6.8.0 570.86 0x8086 0x4680 0x10de 0x2684');
});

test('the mark of this machine stays the same', () => {
  expect(gpuMark()).toBe(gpuMark());
  expect(gpuMark()).not.toBe('');
});
