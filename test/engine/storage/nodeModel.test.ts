import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { isPaddockError } from '../../../engine/errors.ts';
import { openNodeModel } from '../../../engine/storage/nodeModel.ts';
import { writeGgufFile } from '../../support/ggufFile.ts';
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
  ['what llama.cpp downloads', ['ada_tiny_mmproj-model-f16.gguf', 'ada_tiny_tiny-Q4_0.gguf'], 'ada_tiny_tiny-Q4_0.gguf'],
  ['a model and the config.json of its origin', ['config.json', 'tokenizer.json', 'small.gguf'], 'small.gguf'],
])('a folder with nothing but %s opens as that file', async (_, names, opened) => {
  for (const name of names) await writeFile(join(path, name), name);
  const model = await openNodeModel(path);
  expect(model).toMatchObject({ kind: 'file', path: join(path, opened) });
  if (model.kind === 'file') await model.file.close();
});

it.each([
  [['config.json', 'model.safetensors', 'small.gguf']],
  [['config.json', 'model.safetensors.index.json', 'small.gguf']],
  [['config.json', 'model_q4.onnx', 'small.gguf']],
  [['config.json', 'onnx', 'small.gguf']],
  [['genai_config.json', 'small.gguf']],
  [['config.json']],
  [[]],
])('a folder with %j is a folder', async (names) => {
  for (const name of names) await writeFile(join(path, name), '{}');
  expect(await openNodeModel(path)).toMatchObject({ kind: 'folder', path });
});

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

it.each([
  'tokenizer.json',
  'special_tokens_map.json',
  'generation_config.json',
  'README.md',
  'LICENSE',
  'pytorch_model.bin',
  'onnx/quantize_config.json',
])('%s stands for the folder of the model that it lies in', async (name) => {
  await mkdir(join(path, 'onnx'));
  for (const each of ['config.json', name]) await writeFile(join(path, each), '{}');
  expect(await openNodeModel(join(path, name))).toMatchObject({ kind: 'folder', path });
});

it.each([
  ['small.gguf', 'damaged'],
  ['sha256-0a1b', 'GGUF\x03'],
])('%s is a model of its own in whichever folder', async (name, content) => {
  await writeFile(join(path, 'config.json'), '{}');
  await writeFile(join(path, name), content);
  const model = await openNodeModel(join(path, name));
  expect(model).toMatchObject({ kind: 'file', path: join(path, name) });
  if (model.kind === 'file') await model.file.close();
});

it.each(['adapter.safetensors', 'voice.onnx'])('%s does not stand for a GGUF file beside it', async (name) => {
  for (const each of [name, 'small.gguf']) await writeFile(join(path, each), each);
  expect(await openNodeModel(join(path, name))).toMatchObject({ kind: 'folder', path });
});

it('a file in a folder that is no model stands for itself', async () => {
  await writeFile(join(path, 'README.md'), '# Models');
  const model = await openNodeModel(join(path, 'README.md'));
  expect(model).toMatchObject({ kind: 'file', path: join(path, 'README.md') });
  if (model.kind === 'file') await model.file.close();
});

it('of several files in a folder, those whose headers say that they are no models do not count', async () => {
  await writeGgufFile(join(path, 'clip.gguf'), { 'general.architecture': 'clip' }, new Map());
  await writeGgufFile(join(path, 'small.gguf'), { 'general.architecture': 'llama' }, new Map());
  const model = await openNodeModel(path);
  expect(model).toMatchObject({ kind: 'file', path: join(path, 'small.gguf') });
  if (model.kind === 'file') await model.file.close();
});

it('a folder with several models names them', async () => {
  for (const name of ['large.gguf', 'small.gguf']) await writeFile(join(path, name), name);
  await expect(openNodeModel(path)).rejects.toSatisfy(
    (error) => isPaddockError(error, 'model-not-found') && /large\.gguf, small\.gguf/.test(error.message),
  );
});
