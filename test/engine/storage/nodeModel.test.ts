import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { isPaddockError } from '../../../engine/errors.ts';
import { openNodeModel } from '../../../engine/storage/nodeModel.ts';
import { temporaryFolder } from '../../support/modelFolder.ts';

let path: string;
let remove: () => Promise<void>;
beforeEach(async () => {
  const folder = await temporaryFolder();
  remove = folder.remove;
  path = join(folder.path, 'model');
  await mkdir(path);
});
afterEach(() => remove());

it.each([
  ['a model', ['small.gguf'], 'small.gguf'],
  ['the parts of one', ['small-00002-of-00002.gguf', 'small-00001-of-00002.gguf'], 'small-00001-of-00002.gguf'],
  ['a model and its image encoder', ['mmproj-small-f16.gguf', 'small.gguf'], 'small.gguf'],
])('a folder with nothing but %s opens as that file', async (_, names, opened) => {
  for (const name of names) await writeFile(join(path, name), name);
  const model = await openNodeModel(path);
  expect(model).toMatchObject({ kind: 'file', path: join(path, opened) });
  if (model.kind === 'file') await model.file.close();
});

it.each([[['config.json', 'small.gguf']], [['genai_config.json', 'small.gguf']], [[]]])(
  'a folder with %j is a folder',
  async (names) => {
    for (const name of names) await writeFile(join(path, name), '{}');
    expect(await openNodeModel(path)).toMatchObject({ kind: 'folder', path });
  },
);

it.each([
  'model.safetensors',
  'model-00001-of-00002.safetensors',
  'model.safetensors.index.json',
  'config.json',
  'onnx/model_q4f16.onnx',
  'onnx/model_q4f16.onnx_data',
  'model.onnx',
])('%s opens as the folder that it is part of', async (name) => {
  await mkdir(join(path, 'onnx'));
  for (const each of ['config.json', name]) await writeFile(join(path, each), '{}');
  expect(await openNodeModel(join(path, name))).toMatchObject({ kind: 'folder', path });
});

it('a folder with several models names them', async () => {
  for (const name of ['large.gguf', 'small.gguf']) await writeFile(join(path, name), name);
  await expect(openNodeModel(path)).rejects.toSatisfy(
    (error) => isPaddockError(error, 'model-not-found') && /large\.gguf, small\.gguf/.test(error.message),
  );
});
