import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findPreferencePrior } from '../../../engine/storage/preferencePrior.ts';
import { defaultModel } from '../../support/defaultModel.ts';
import { folderForEach } from '../../support/testFolders.ts';

const folder = folderForEach();

it.each(['', 'model.safetensors', 'tokenizer.json'])(
  'the heads beside a model are its own when %j of it is chosen',
  async (name) => {
    for (const each of ['config.json', 'tokenizer.json', 'model.safetensors']) await writeFile(join(folder.path, each), '{}');
    await copyFile(join(defaultModel, 'preference.safetensors'), join(folder.path, 'preference.safetensors'));
    expect(await findPreferencePrior(join(folder.path, name), defaultModel)).toMatchObject({ of: 'model' });
  },
);

it('a model without heads gets the default ones', async () => {
  expect(await findPreferencePrior(folder.path, defaultModel)).toMatchObject({ of: 'default' });
});
