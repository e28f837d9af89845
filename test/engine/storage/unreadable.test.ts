import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { isPaddockError } from '../../../engine/errors.ts';
import { discoverModels } from '../../../engine/storage/discovery.ts';
import { openNodeFile, openNodeFolder } from '../../../engine/storage/nodeFolder.ts';
import { openNodeModel } from '../../../engine/storage/nodeModel.ts';
import { folderForEach } from '../../support/testFolders.ts';

/** Folders of this name give their entries to nobody, and files in them are hidden, as without permission; root has it always. */
const LOCKED = 'locked';

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  const refuse = (path: string) =>
    Promise.reject(Object.assign(new Error(`EACCES: permission denied, '${path}'`), { code: 'EACCES' }));
  return {
    ...real,
    readdir: (path: string) => (path.endsWith(LOCKED) ? refuse(path) : real.readdir(path)),
    stat: (path: string) => (path.includes(`${LOCKED}/`) ? refuse(path) : real.stat(path)),
  };
});

const folder = folderForEach();
const says = (path: string, words: RegExp) => (error: unknown) =>
  isPaddockError(error, 'bad-model') && error.message.startsWith(`${path} cannot be read: `) && words.test(error.message);

it('a folder without permission is no fault of the engine: it says so, and what to do', async () => {
  const path = join(folder.path, LOCKED);
  await mkdir(path);
  await expect(openNodeModel(path)).rejects.toSatisfy(says(path, /no permission.*Change its permissions/));
});

it('a file in such a folder is not said to be missing', async () => {
  const path = join(folder.path, LOCKED, 'small.gguf');
  await mkdir(join(folder.path, LOCKED));
  await writeFile(path, 'GGUF');
  for (const open of [openNodeModel, openNodeFile, openNodeFolder]) {
    await expect(open(path)).rejects.toSatisfy(says(path, /no permission/));
  }
});

it('neither is a link that leads to itself', async () => {
  const path = join(folder.path, 'circle.gguf');
  await symlink(path, path);
  for (const open of [openNodeModel, openNodeFile, openNodeFolder]) {
    await expect(open(path)).rejects.toSatisfy(says(path, /circle\. Choose/));
  }
});

it('a snapshot without permission hides no other repository', async () => {
  const hub = join(folder.path, 'hub');
  const snapshots = ['models--org--a/snapshots/locked', 'models--org--b/snapshots/x'].map((path) => join(hub, path));
  for (const path of snapshots) {
    await mkdir(path, { recursive: true });
    await writeFile(join(path, 'm.gguf'), 'GGUF');
  }
  const { models, problems } = await discoverModels([{ origin: 'hugging-face', folder: hub }]);
  expect([models.map(({ name }) => name), problems]).toEqual([
    ['org/b: m'],
    [expect.stringContaining('org--a/snapshots/locked')],
  ]);
});

it.each(['none.gguf', 'file/inner.gguf'])('%s is missing', async (name) => {
  await writeFile(join(folder.path, 'file'), '');
  const path = join(folder.path, name);
  await expect(openNodeModel(path)).rejects.toSatisfy(
    (error) => isPaddockError(error, 'model-not-found') && error.message.includes(path),
  );
});
