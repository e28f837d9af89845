import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
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
