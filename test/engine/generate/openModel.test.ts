import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openModel } from '../../../engine/generate/openModel.ts';
import type { ModelFolder } from '../../../engine/model/files.ts';
import { openNodeFolder } from '../../../engine/storage/nodeFolder.ts';
import { randomLlama, TINY_SHAPES } from '../../support/llama.ts';
import { temporaryFolder, writeModelFolder } from '../../support/modelFolder.ts';

const llama = randomLlama({ ...TINY_SHAPES['MHA, head size 16'], layers: 1 }, 29);

let temporary: Awaited<ReturnType<typeof temporaryFolder>>;
beforeEach(async () => {
  temporary = await temporaryFolder();
});
afterEach(() => temporary.remove());

/** A folder that counts its open files. */
function watched(folder: ModelFolder): { folder: ModelFolder; open: () => number } {
  let open = 0;
  const openFile: ModelFolder['openFile'] = async (name) => {
    const file = await folder.openFile(name);
    open++;
    return {
      path: file.path,
      size: file.size,
      read: (offset, length) => file.read(offset, length),
      async close() {
        open--;
        await file.close();
      },
    };
  };
  return { folder: { path: folder.path, readText: (name) => folder.readText(name), openFile }, open: () => open };
}

it.each([
  ['a decoder without its sizes', { hidden_size: null }],
  ['an encoder–decoder without its sizes', { model_type: 't5' }],
])('a folder that cannot be opened leaves no file open: %s', async (_, changes) => {
  const path = join(temporary.path, 'model');
  await writeModelFolder(path, llama);
  const config = join(path, 'config.json');
  await writeFile(config, JSON.stringify({ ...JSON.parse(await readFile(config, 'utf8')), ...changes }));
  const { folder, open } = watched(await openNodeFolder(path));
  await expect(openModel({ kind: 'folder', path, folder })).rejects.toMatchObject({ code: 'bad-model' });
  expect(open()).toBe(0);
});
