import { mkdir, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { isPaddockError } from '../../../engine/errors.ts';
import { openNodeFile, openNodeFolder } from '../../../engine/storage/nodeFolder.ts';
import { folderForAll } from '../../support/testFolders.ts';

const folder = folderForAll();
let outside: string;
let path: string;

/** A model folder, and beside it files that must not be reached through it. */
beforeAll(async () => {
  outside = folder.path;
  path = join(outside, 'model');
  await mkdir(join(path, 'onnx'), { recursive: true });
  await mkdir(join(outside, 'blobs'));
  await writeFile(join(outside, 'secret.json'), 'secret');
  await writeFile(join(outside, 'blobs', 'abc'), 'linked');
  await writeFile(join(path, 'config.json'), 'text');
  await writeFile(join(path, 'onnx', 'model.onnx'), 'inner');
  await symlink(join('..', 'blobs', 'abc'), join(path, 'linked.json'));
  await symlink('..', join(path, 'up'));
  await symlink('/dev/null', join(path, 'device.json'));
  await symlink(join('..', 'blobs'), join(path, 'aside'));
});

const text = new TextDecoder();

describe('a folder', () => {
  it.each([
    ['config.json', 'text'],
    ['onnx/model.onnx', 'inner'],
    ['linked.json', 'linked'], // as in the cache of Hugging Face
  ])('gives %s', async (name, content) => {
    const folder = await openNodeFolder(path);
    expect(await folder.readText(name)).toBe(content);
    const file = await folder.openFile(name);
    expect(text.decode(await file.read(0, file.size))).toBe(content);
    await file.close();
  });

  it.each([
    '../secret.json',
    'onnx/../../secret.json',
    '..',
    '.',
    '',
    '/etc/passwd',
    'onnx//model.onnx',
    '..\\secret.json',
    'C:secret.json',
    'config.json:stream',
    'config.json\0',
    'up/secret.json', // a link that leads out
    'aside/abc',
  ])('does not give %j', async (name) => {
    const folder = await openNodeFolder(path);
    const refused = (error: unknown) => isPaddockError(error, 'bad-model') && /outside/.test(error.message);
    await expect(folder.readText(name)).rejects.toSatisfy(refused);
    await expect(folder.openFile(name)).rejects.toSatisfy(refused);
  });

  it('gives undefined for a missing file, also in a missing folder', async () => {
    const folder = await openNodeFolder(path);
    expect(await folder.readText('none.json')).toBeUndefined();
    expect(await folder.readText('none/none.json')).toBeUndefined();
    expect(await folder.readText('config.json/none.json')).toBeUndefined();
    await expect(folder.openFile('none.json')).rejects.toSatisfy((error) => isPaddockError(error, 'bad-model'));
  });

  it.each(['onnx', 'device.json'])('refuses what is not a file: %s', async (name) => {
    const folder = await openNodeFolder(path);
    const refused = (error: unknown) => isPaddockError(error, 'bad-model') && /not a file/.test(error.message);
    await expect(folder.openFile(name)).rejects.toSatisfy(refused);
    await expect(folder.readText(name)).rejects.toSatisfy(refused);
  });
});

describe('a file', () => {
  it('is read in parts, and gives the files beside it', async () => {
    const file = await openNodeFile(join(path, 'config.json'));
    expect(text.decode(await file.read(1, 2))).toBe('ex');
    await expect(file.read(2, 3)).rejects.toSatisfy(
      (error) => isPaddockError(error, 'bad-model') && /cut short/.test(error.message),
    );
    const sibling = await file.openSibling?.('linked.json');
    expect(sibling && text.decode(await sibling.read(0, 6))).toBe('linked');
    await expect(file.openSibling?.('../secret.json')).rejects.toSatisfy((error) => isPaddockError(error, 'bad-model'));
    await expect(file.openSibling?.('onnx/model.onnx')).rejects.toSatisfy((error) => isPaddockError(error, 'bad-model'));
    await sibling?.close();
    await file.close();
  });

  it.each(['none.gguf', 'onnx'])('%s is none', async (name) => {
    await expect(openNodeFile(join(path, name))).rejects.toSatisfy((error) => isPaddockError(error, 'model-not-found'));
  });
});

describe('a text file that is too large for its name', () => {
  const sparse = async (name: string, bytes: number) => {
    await writeFile(join(path, name), '---\nlicense: mit\n---\n');
    await truncate(join(path, name), bytes);
    return openNodeFolder(path);
  };

  it.each([
    ['generation_config.json', 9e6],
    ['model.safetensors.index.json', 40e6],
    ['tokenizer.json', 140e6],
  ])('is refused before it is read: %s', async (name, bytes) => {
    const reading = (await sparse(name, bytes)).readText(name);
    await expect(reading).rejects.toMatchObject({ code: 'bad-model', message: expect.stringContaining(`${bytes} bytes`) });
  });

  it('is read where real ones are as large', async () => {
    expect(await (await sparse('tokenizer.json', 40e6)).readText('tokenizer.json')).toHaveLength(40e6);
  });

  it('is read from its beginning where that is enough', async () => {
    const text = await (await sparse('README.md', 200e6)).readText('README.md');
    expect(text?.length).toBeLessThan(100_000);
    expect(text).toContain('license: mit');
  });
});
