import { totalmem } from 'node:os';
import { expect, test } from 'vitest';
import { freeMemory } from '../../../engine/host/freeMemory.ts';

const MEMINFO = 'MemTotal:       16000000 kB\nMemFree:          500000 kB\nMemAvailable:    8000000 kB\n';
const V2 = '/sys/fs/cgroup';
const V1 = '/sys/fs/cgroup/memory';
const reader =
  (files: Readonly<Record<string, string>>) =>
  (path: string): string | undefined =>
    files[path];

test('on Linux it is the available memory, which includes cached files', () => {
  expect(freeMemory('linux', reader({ '/proc/meminfo': MEMINFO }))).toBe(8_000_000 * 1024);
});

test('in a container it is what the limit leaves, if that is less; its cached files count as free', () => {
  const files = { '/proc/meminfo': MEMINFO, [`${V2}/memory.max`]: '4000000000\n', [`${V2}/memory.current`]: '3500000000\n' };
  expect(freeMemory('linux', reader(files))).toBe(500_000_000);
  const stat = { [`${V2}/memory.stat`]: 'anon 1\nfile 1000000000\nkernel 3\n' };
  expect(freeMemory('linux', reader({ ...files, ...stat }))).toBe(1_500_000_000);
  const old = {
    '/proc/meminfo': MEMINFO,
    [`${V1}/memory.limit_in_bytes`]: '2000000000',
    [`${V1}/memory.usage_in_bytes`]: '2100000000',
  };
  expect(freeMemory('linux', reader(old))).toBe(0);
});

test('it is the least that any enclosing control group leaves', () => {
  const files = {
    '/proc/meminfo': MEMINFO,
    '/proc/self/cgroup': '0::/user.slice/editor.scope\n',
    [`${V2}/user.slice/editor.scope/memory.max`]: 'max\n',
    [`${V2}/user.slice/editor.scope/memory.current`]: '100\n',
    [`${V2}/user.slice/memory.max`]: '3000000000\n',
    [`${V2}/user.slice/memory.current`]: '1000000000\n',
  };
  expect(freeMemory('linux', reader(files))).toBe(2_000_000_000);
  const own = { [`${V2}/user.slice/editor.scope/memory.max`]: '500\n' };
  expect(freeMemory('linux', reader({ ...files, ...own }))).toBe(400);
});

test('in a container without a limit it is that of the machine', () => {
  const files = { '/proc/meminfo': MEMINFO, [`${V2}/memory.max`]: 'max\n', [`${V2}/memory.current`]: '1' };
  expect(freeMemory('linux', reader(files))).toBe(8_000_000 * 1024);
  const none = {
    '/proc/meminfo': MEMINFO,
    [`${V1}/memory.limit_in_bytes`]: '9223372036854771712',
    [`${V1}/memory.usage_in_bytes`]: '1',
  };
  expect(freeMemory('linux', reader(none))).toBe(8_000_000 * 1024);
});

test('on other systems there is some, and no more than the total', () => {
  for (const platform of ['darwin', 'win32', process.platform] as const) {
    expect(freeMemory(platform)).toBeGreaterThan(0);
    expect(freeMemory(platform)).toBeLessThanOrEqual(totalmem());
  }
});
