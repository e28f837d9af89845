import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PaddockError } from '../../../engine/errors.ts';
import { openModel } from '../../../engine/generate/openModel.ts';
import type { ModelFolder } from '../../../engine/model/files.ts';
import { readJson } from '../../../engine/model/json.ts';
import { openOnnxFolder } from '../../../engine/model/onnx/folder.ts';
import { openSafetensorsFolder } from '../../../engine/model/safetensorsFolder.ts';
import { openNodeModel } from '../../../engine/storage/nodeModel.ts';
import { encodeGguf, type GgufValues, ggufMetadata } from '../../support/ggufFile.ts';
import { memoryFolder } from '../../support/memoryFolder.ts';
import { folderForAll } from '../../support/testFolders.ts';

const folder = folderForAll();

describe('a file that is no model', () => {
  const opening = async (content: Uint8Array | string) => {
    const path = join(folder.path, 'file.gguf');
    await writeFile(path, content);
    return openModel(await openNodeModel(path));
  };

  it.each<[GgufValues, RegExp]>([
    [{ 'general.type': 'adapter', 'general.architecture': 'llama' }, /is an adapter \(LoRA\)/],
    [{ 'general.type': 'imatrix' }, /is an importance matrix/],
    [{ 'general.architecture': 'clip' }, /sees or hears/],
    [{ 'general.type': 'mmproj', 'general.architecture': 'clip' }, /sees or hears/],
    [{ 'general.architecture': 'controlvector' }, /is a control vector/],
    [{ 'general.name': 'nothing' }, /does not say what model it is/],
  ])('says what it is: %j', async (values, words) => {
    const whole = opening(encodeGguf(ggufMetadata(values), []));
    await expect(whole).rejects.toMatchObject({ code: 'unsupported-model', message: expect.stringMatching(words) });
  });

  it.each([
    ['llama', 'llama.embedding_length'],
    ['t5', 't5.embedding_length'],
  ])('of the architecture %s names what it lacks as GGUF does', async (architecture, key) => {
    await expect(opening(encodeGguf(ggufMetadata({ 'general.architecture': architecture }), []))).rejects.toThrow(
      `"${key}" must be`,
    );
  });

  it.each([
    ['version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n', /Git LFS pointer/],
    ['<!DOCTYPE html><html></html>', /web page/],
    ['<html><body>404</body></html>', /web page/],
    ['PK\x03\x04 and more', /ZIP archive/],
    ['something else', /does not begin with "GGUF"/],
  ])('says what stands in place of it: %j', async (content, words) => {
    await expect(opening(content)).rejects.toMatchObject({ code: 'bad-model', message: expect.stringMatching(words) });
  });
});

describe('a folder without model.safetensors', () => {
  const none = new Uint8Array();
  it.each([
    [{ 'consolidated.safetensors': none }, /consolidated\.safetensors, in the layout of Mistral/],
    [{ 'model-00001-of-00037.safetensors': none }, /model\.safetensors\.index\.json is missing/],
    [{ 'pytorch_model.bin': none }, /PyTorch's own format/],
    [{}, /model\.safetensors is missing/],
  ])('says what it has instead: %j', async (files, words) => {
    await expect(openSafetensorsFolder(memoryFolder(files))).rejects.toThrow(words);
  });
});

it('a graph that cannot be read is not taken for one that is missing', async () => {
  const unreadable: ModelFolder = {
    path: 'memory',
    readText: async () => undefined,
    openFile: async (name) => {
      const isGraph = name === 'onnx/model_q4.onnx';
      throw new PaddockError('bad-model', name, isGraph ? { cause: new Error('EACCES: permission denied') } : {});
    },
  };
  await expect(openOnnxFolder(unreadable)).rejects.toThrow('onnx/model_q4.onnx');
});

it('a byte-order mark before JSON is no part of it', async () => {
  expect(await readJson(memoryFolder({ 'config.json': '\ufeff{"a":1}' }), 'config.json')).toEqual({ a: 1 });
});
