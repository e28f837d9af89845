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
  const records = new FileDeviceRecords(path);
  expect(await records.read('a')).toEqual({});
  await records.write('a', 'webgpu', { state: 'trying', tries: 1 });
  await records.write('b', 'cpu', measured);
  await records.write('a', 'cpu', measured);
  const other = new FileDeviceRecords(path);
  expect(await other.read('a')).toEqual({ webgpu: { state: 'trying', tries: 1 }, cpu: measured });
  await other.write('a', 'webgpu', { ...measured, decode: 90 });
  expect(await records.read('a')).toEqual({ webgpu: { ...measured, decode: 90 }, cpu: measured });
  expect(await records.read('b')).toEqual({ cpu: measured });
  expect(await readdir(join(folder.path, 'inner'))).toEqual(['devices.json']);
});

test("processes that write at the same time do not remove each other's file", async () => {
  const records = new FileDeviceRecords(path);
  await Promise.all([1, 2, 3, 4].map((decode) => records.write('a', 'cpu', { ...measured, decode })));
  expect(await records.read('a')).toMatchObject({ cpu: { state: 'measured' } });
  expect(await readdir(join(folder.path, 'inner'))).toEqual(['devices.json']);
});

test('a damaged file counts as empty and is written anew', async () => {
  const records = new FileDeviceRecords(path);
  await records.write('a', 'cpu', measured);
  for (const text of [
    '{"a": {"cpu"',
    '7',
    '{"a": 7}',
    '{"a": {"cpu": {"state": "measured", "prefill": -1}, "tpu": {"state": "trying", "tries": 1}}}',
    '{"a": {"cpu": {"state": "trying"}}}',
  ]) {
    await writeFile(path, text);
    expect(await records.read('a'), text).toEqual({});
  }
  await records.write('a', 'cpu', measured);
  expect(await records.read('a')).toEqual({ cpu: measured });
});

test('a device that is forgotten is as if it had never been tried', async () => {
  const records = new FileDeviceRecords(path);
  await records.write('a', 'cpu', measured);
  await records.write('a', 'webgpu', { state: 'trying', tries: 2 });
  await records.write('a', 'webgpu', undefined);
  await records.write('b', 'webgpu', undefined);
  expect([await records.read('a'), await records.read('b')]).toEqual([{ cpu: measured }, {}]);
});

test('a try counts once the process that made it has ended; until then it is as before', async () => {
  const tried = async (process: number | undefined, before?: object) => {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, JSON.stringify({ a: { webgpu: { state: 'trying', tries: 2, process, before } } }));
    return (await new FileDeviceRecords(path).read('a')).webgpu;
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
  const records = new FileDeviceRecords(path);
  await tried(process.ppid, measured);
  await records.write('a', 'webgpu', { state: 'trying', tries: 1 });
  expect(await records.read('a')).toEqual({ webgpu: once });
});
