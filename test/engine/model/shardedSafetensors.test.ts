import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { isPaddockError } from '../../../engine/errors.ts';
import { openSafetensorsFolder } from '../../../engine/model/safetensorsFolder.ts';
import type { WeightSource } from '../../../engine/model/weights.ts';
import { openNodeFolder } from '../../../engine/storage/nodeFolder.ts';
import { fastNormal } from '../../support/random.ts';
import { encodeSafetensors } from '../../support/safetensors.ts';
import { folderForEach } from '../../support/testFolders.ts';

const TENSORS = new Map(['a', 'b', 'c'].map((name, i) => [name, { shape: [4, 5], data: fastNormal(20, 1, i + 1) }]));
const FIRST = 'model-00001-of-00002.safetensors';
const SECOND = 'model-00002-of-00002.safetensors';
const PLACES = { a: FIRST, b: SECOND, c: FIRST };

describe('safetensors in several files', () => {
  const folder = folderForEach();
  let path: string;

  beforeEach(async () => {
    path = join(folder.path, 'model');
    await mkdir(path);
    await writeShard(join(path, FIRST), ['a', 'c']);
    await writeShard(join(path, SECOND), ['b']);
    await writeShard(join(folder.path, 'beside.safetensors'), ['a', 'b', 'c']);
    await writeIndex(PLACES);
  });

  const writeShard = (file: string, names: readonly string[]) =>
    writeFile(file, encodeSafetensors(new Map([...TENSORS].filter(([name]) => names.includes(name))), 'F16'));
  const writeIndex = (places: unknown) =>
    writeFile(join(path, 'model.safetensors.index.json'), JSON.stringify({ metadata: {}, weight_map: places }));
  const open = async (): Promise<WeightSource> => openSafetensorsFolder(await openNodeFolder(path));

  it('are one source', async () => {
    const source = await open();
    const alone = await openAlone();
    expect(source.names).toEqual(['a', 'b', 'c']);
    expect(source.files.map((file) => file.path)).toEqual([join(path, FIRST), join(path, SECOND)]);
    for (const name of source.names) {
      expect(source.shape(name)).toEqual([4, 5]);
      expect(source.storedAs(name)).toBe('F16');
      expect(await source.read(name)).toEqual(await alone.read(name));
      expect(await source.read(name, { start: 1, end: 3 })).toEqual((await alone.read(name)).subarray(5, 15));
      expect(await source.blocks(name)).toBeUndefined();
    }
    await alone.close();
    await source.close();
    await expect(source.read('a')).rejects.toThrow(); // because its files are closed
  });

  /** The same tensors in one file. */
  async function openAlone(): Promise<WeightSource> {
    const alone = join(path, 'alone');
    await mkdir(alone);
    await writeShard(join(alone, 'model.safetensors'), ['a', 'b', 'c']);
    return openSafetensorsFolder(await openNodeFolder(alone));
  }

  it.each<[string, () => Promise<unknown>, RegExp]>([
    ['with a file missing', () => rm(join(path, SECOND)), /model-00002-of-00002\.safetensors is missing/],
    ['with a tensor missing in its file', () => writeIndex({ ...PLACES, d: SECOND }), /00002-of-00002.*no tensor "d"/],
    ['with a file above the folder', () => writeIndex({ ...PLACES, b: '../beside.safetensors' }), /\.\.\/beside\.safetensors/],
    ['with a file at a place of its own', () => writeIndex({ ...PLACES, b: '/etc/passwd' }), /\/etc\/passwd/],
    ['with a file behind backslashes', () => writeIndex({ ...PLACES, b: '..\\beside.safetensors' }), /beside\.safetensors/],
    ['with a number for a file', () => writeIndex({ ...PLACES, b: 2 }), /2/],
    ['without a map', () => writeIndex(undefined), /weight_map/],
    ['with an index that is no JSON', () => writeFile(join(path, 'model.safetensors.index.json'), '{'), /index\.json/],
    [
      'with no index and no file',
      () => rm(join(path, 'model.safetensors.index.json')),
      /model\.safetensors\.index\.json is missing/,
    ],
  ])('%s are refused', async (_, spoil, words) => {
    await spoil();
    await expect(open()).rejects.toSatisfy((error) => isPaddockError(error, 'bad-model') && words.test(error.message));
  });
});
