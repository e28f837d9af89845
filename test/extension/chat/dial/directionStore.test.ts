import { access, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { readDirections } from '../../../../engine/index.ts';
import { writeDirections } from '../../../../engine/storage/directions.ts';
import { DirectionStore } from '../../../../extension/chat/dial/directionStore.ts';
import { folderForEach } from '../../../support/testFolders.ts';

const folder = folderForEach();
const model = { key: '/models/foal', hiddenSize: 3, layers: 4 };
let store: DirectionStore;
let changes: number;

beforeEach(() => {
  changes = 0;
  store = new DirectionStore(join(folder.path, 'directions'), () => changes++);
});

async function file(name: string, layer = 2, values = [1, 2, 3]): Promise<string> {
  const path = join(folder.path, `${name}.gguf`);
  await writeDirections(path, { hiddenSize: values.length, directions: new Map([[layer, Float32Array.from(values)]]), name });
  return path;
}

it('directions are kept by model, known when they have been read, and there for the next window', async () => {
  expect(store.of(model.key)).toEqual([]);
  expect(await store.import(await file('one'), model)).toBe('one');
  await store.import(await file('two'), { ...model, key: '/models/other' });
  expect(changes).toBeGreaterThan(1);
  expect(store.of(model.key).map(({ name }) => name)).toEqual(['one']);
  const next = new DirectionStore(join(folder.path, 'directions'), () => changes++);
  await next.refresh(model.key);
  expect(next.of(model.key)).toEqual(store.of(model.key));
});

it('a direction that was found gets a file name valid on any file system, and is exported unchanged', async () => {
  const path = await store.placeFor(model.key, 'Found 21/11/2026, 17:40');
  expect(path).toMatch(/Found 21-11-2026- 17-40\.gguf$/);
  await writeDirections(path, { hiddenSize: 3, directions: new Map([[1, Float32Array.of(1, 0, 0)]]), name: 'Found 21/11/2026' });
  await store.refresh(model.key);
  expect(store.of(model.key)).toEqual([{ path, name: 'Found 21/11/2026', mark: expect.any(String) }]);
  const out = join(folder.path, 'out.gguf');
  await store.export(path, out);
  expect([...(await readDirections(out)).directions]).toEqual([[1, Float32Array.of(1, 0, 0)]]);
  await store.remove(path, model.key);
  expect(store.of(model.key)).toEqual([]);
  await expect(access(path)).rejects.toThrow();
});

it('files of another model or without directions are refused, and the stored ones stay', async () => {
  await store.import(await file('one'), model);
  for (const path of [await file('one', 4), await file('one', 2, [1, 2])]) {
    await expect(store.import(path, model)).rejects.toMatchObject({ code: 'bad-request' });
  }
  const bad = join(folder.path, 'bad.gguf');
  await writeFile(bad, 'GGUF');
  await expect(store.import(bad, model)).rejects.toMatchObject({ code: 'bad-model' });
  const [{ path = '' } = {}] = store.of(model.key);
  expect((await readDirections(path)).directions.get(2)).toEqual(Float32Array.of(1, 2, 3));
});

it('nothing but what is stored is exported or removed', async () => {
  const other = await file('other');
  await expect(store.remove(other, model.key)).rejects.toMatchObject({ code: 'bad-request' });
  await expect(store.export(other, join(folder.path, 'out.gguf'))).rejects.toMatchObject({ code: 'bad-request' });
  await access(other);
});

it("renaming keeps a direction's place, takes no other's file name, and never gives two the same name", async () => {
  await store.import(await file('one'), model);
  const [{ path = '' } = {}] = store.of(model.key);
  await store.rename(path, 'Calm', model.key);
  expect(store.of(model.key)).toMatchObject([{ path, name: 'Calm' }]);
  expect(store.nameOf(path, model.key)).toBe('Calm');
  await store.import(await file('one'), model);
  await store.import(await file('one'), model);
  expect(store.of(model.key).map(({ name }) => name)).toEqual(['one', 'Calm']);
  await expect(store.rename(path, 'one', model.key)).rejects.toMatchObject({ code: 'bad-request' });
  await expect(store.rename(join(folder.path, 'one.gguf'), 'two', model.key)).rejects.toMatchObject({ code: 'bad-request' });
});

it('a direction is identified by its numbers, whatever its name', async () => {
  await store.import(await file('one'), model);
  const marks = () => store.of(model.key).map(({ mark }) => mark);
  const [first] = marks();
  const [{ path } = { path: '' }] = store.of(model.key);
  await store.rename(path, 'uno', model.key);
  expect(marks()).toEqual([first]);
  await store.import(await file('uno', 2, [1, 2, 4]), model);
  expect(marks()).toHaveLength(1);
  expect(marks()).not.toEqual([first]);
  await store.import(await file('other layer', 1), model);
  expect(new Set([first, ...marks()]).size).toBe(3);
});
