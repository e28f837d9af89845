import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { copyDirections, listDirections, readDirections, writeDirections } from '../../../engine/storage/directions.ts';
import { folderForEach } from '../../support/testFolders.ts';

const folder = folderForEach();
const vector = { name: 'one', hiddenSize: 2, directions: new Map([[1, Float32Array.of(1, 2)]]) };

it('files of directions are listed by name, and other files skipped', async () => {
  await writeDirections(join(folder.path, 'b.gguf'), vector);
  await copyDirections(join(folder.path, 'b.gguf'), join(folder.path, 'a.gguf'), 'another');
  await writeFile(join(folder.path, 'model.gguf'), 'GGUF');
  await writeFile(join(folder.path, 'notes.txt'), 'none');
  const found = await listDirections(folder.path);
  expect(found).toEqual([
    { path: join(folder.path, 'a.gguf'), vector: { ...vector, name: 'another' } },
    { path: join(folder.path, 'b.gguf'), vector },
  ]);
  expect(await listDirections(join(folder.path, 'nowhere'))).toEqual([]);
});

it('a failed write leaves no partial file, and the old file stays', async () => {
  const path = join(folder.path, 'b.gguf');
  await writeDirections(path, vector);
  const first = { hiddenSize: 2, directions: new Map([[0, Float32Array.of(1, 2)]]) };
  await expect(writeDirections(path, first)).rejects.toMatchObject({ code: 'bad-request' });
  await mkdir(join(folder.path, 'taken.gguf'));
  await expect(writeDirections(join(folder.path, 'taken.gguf'), vector)).rejects.toMatchObject({ code: 'runtime' });
  await expect(writeDirections(join(folder.path, 'nowhere', 'b.gguf'), vector)).rejects.toMatchObject({ code: 'runtime' });
  await writeFile(join(folder.path, 'bad.gguf'), 'GGUF');
  await expect(copyDirections(join(folder.path, 'bad.gguf'), path)).rejects.toMatchObject({ code: 'bad-model' });
  await expect(copyDirections(join(folder.path, 'none.gguf'), path)).rejects.toMatchObject({ code: 'bad-request' });
  expect(await readDirections(path)).toEqual(vector);
  expect((await readdir(folder.path)).sort()).toEqual(['b.gguf', 'bad.gguf', 'taken.gguf']);
});
