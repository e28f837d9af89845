import { spawnSync } from 'node:child_process';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { FileDeviceRecords } from '../../../engine/storage/deviceRecords.ts';
import { folderForEach } from '../../support/testFolders.ts';

const folder = folderForEach();
let path: string;
beforeEach(() => {
  path = join(folder.path, 'inner', 'devices.json');
});

const measured = { state: 'measured', prefill: 500, decode: 50 } as const;

test('another process reads what one has written, by model and device', async () => {
  const records = new FileDeviceRecords(path, 'GPU 1');
  expect(await records.read('a')).toEqual({});
  await records.write('a', 'webgpu', { state: 'trying', tries: 1 });
  await records.write('b', 'cpu', measured);
  await records.write('a', 'cpu', measured);
  const other = new FileDeviceRecords(path, 'GPU 1');
  expect(await other.read('a')).toEqual({ webgpu: { state: 'trying', tries: 1 }, cpu: measured });
  await other.write('a', 'webgpu', { ...measured, decode: 90 });
  expect(await records.read('a')).toEqual({ webgpu: { ...measured, decode: 90 }, cpu: measured });
  expect(await records.read('b')).toEqual({ cpu: measured });
  expect(await readdir(join(folder.path, 'inner'))).toEqual(['devices.json']);
});

test("processes that write at the same time do not remove each other's file", async () => {
  const records = new FileDeviceRecords(path, 'GPU 1');
  await Promise.all([1, 2, 3, 4].map((decode) => records.write('a', 'cpu', { ...measured, decode })));
  expect(await records.read('a')).toMatchObject({ cpu: { state: 'measured' } });
  expect(await readdir(join(folder.path, 'inner'))).toEqual(['devices.json']);
});

test('a damaged file counts as empty and is written anew', async () => {
  const records = new FileDeviceRecords(path, 'GPU 1');
  await records.write('a', 'cpu', measured);
  for (const text of [
    '{"a": {"cpu"',
    '7',
    '{"a GPU 1": 7}',
    '{"a GPU 1": {"cpu": {"state": "measured", "prefill": -1}, "tpu": {"state": "trying", "tries": 1}}}',
    '{"a GPU 1": {"cpu": {"state": "trying"}}}',
    '{"a GPU 1": {"webgpu": {"state": "trying", "tries": 1, "process": "7"}}}',
    '{"a GPU 1": {"webgpu": {"state": "trying", "tries": 1, "before": {"state": "measured"}}}}',
  ]) {
    await writeFile(path, text);
    expect(await records.read('a'), text).toEqual({});
  }
  await records.write('a', 'cpu', measured);
  expect(await records.read('a')).toEqual({ cpu: measured });
});

test('a device that is forgotten is as if it had never been tried', async () => {
  const records = new FileDeviceRecords(path, 'GPU 1');
  await records.write('a', 'cpu', measured);
  await records.write('a', 'webgpu', { state: 'trying', tries: 2 });
  await records.write('a', 'webgpu', undefined);
  await records.write('b', 'webgpu', undefined);
  expect([await records.read('a'), await records.read('b')]).toEqual([{ cpu: measured }, {}]);
});

test('a try counts once the process that made it has ended; until then it is as before', async () => {
  const tried = async (process: number | undefined, before?: object) => {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, JSON.stringify({ 'a GPU 1': { webgpu: { state: 'trying', tries: 2, process, before } } }));
    return (await new FileDeviceRecords(path, 'GPU 1').read('a')).webgpu;
  };
  const failed = { state: 'trying', tries: 2 };
  const once = { state: 'trying', tries: 1 };
  const over = spawnSync(process.execPath, ['--version']).pid;
  expect(await tried(over, measured)).toEqual(failed);
  expect(await tried(process.pid, measured)).toEqual(failed);
  expect(await tried(undefined)).toEqual(failed); // of an earlier version
  expect(await tried(process.ppid, measured)).toEqual(measured);
  expect(await tried(process.ppid, once)).toEqual(once);
  expect(await tried(process.ppid)).toBeUndefined();
  const records = new FileDeviceRecords(path, 'GPU 1');
  await tried(process.ppid, measured);
  await records.write('a', 'webgpu', { state: 'trying', tries: 1 });
  expect(await records.read('a')).toEqual({ webgpu: once });
});

test('what was recorded with another GPU, or by an earlier version, does not count, and is no obstacle', async () => {
  const before = new FileDeviceRecords(path, 'GPU 1');
  await before.write('a', 'webgpu', { state: 'trying', tries: 2 });
  const after = new FileDeviceRecords(path, 'GPU 2');
  expect(await after.read('a')).toEqual({});
  await after.write('a', 'webgpu', measured);
  expect(await after.read('a')).toEqual({ webgpu: measured });
  expect(await before.read('a')).toEqual({ webgpu: { state: 'trying', tries: 2 } });
  await writeFile(path, JSON.stringify({ 'a 100 fast': { cpu: measured, webgpu: { state: 'trying', tries: 2 } } }));
  expect(await after.read('a 100 fast')).toEqual({});
  await after.write('a 100 fast', 'cpu', measured);
  expect(await after.read('a 100 fast')).toEqual({ cpu: measured });
});
