import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeModel } from '../../../engine/generate/describe.ts';
import { openNodeModel } from '../../../engine/storage/nodeModel.ts';
import { randomLlama, TINY_SHAPES } from '../../support/llama.ts';
import { writeModelFolder } from '../../support/modelFolder.ts';
import { folderForEach } from '../../support/testFolders.ts';

const llama = randomLlama(TINY_SHAPES['MHA, head size 16'], 3);
const folder = folderForEach();
const licence = async () => (await describeModel(await openNodeModel(folder.path))).licence;

it('tells the licence that a folder says in its model card', async () => {
  await writeModelFolder(folder.path, llama);
  expect(await licence()).toBeUndefined();
  const card = join(folder.path, 'README.md');
  await writeFile(card, '# A model\n\nlicense: none\n');
  expect(await licence()).toBeUndefined();
  await writeFile(card, '---\nlanguage: en\nlicense: apache-2.0\n---\n# A model\n');
  expect(await licence()).toBe('apache-2.0');
});

it('describes a model whose card cannot be read', async () => {
  await writeModelFolder(folder.path, llama);
  await mkdir(join(folder.path, 'README.md'));
  expect(await licence()).toBeUndefined();
});
