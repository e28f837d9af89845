import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { readSource, withEngine } from '../../../../engine/host/commands/common.ts';
import { readLongTexts } from '../../../../engine/host/commands/longTexts.ts';
import { defaultModel } from '../../../support/defaultModel.ts';
import { folderForEach } from '../../../support/testFolders.ts';

const folder = folderForEach();
const at = (name: string) => join(folder.path, name);
const LATIN_1 = Buffer.from('// na\xefve\n', 'latin1');

describe('a text', () => {
  it('is read as it is, with a byte order mark and without', async () => {
    for (const text of ['a\r\nb ∀', '\ufeffa', '']) {
      await writeFile(at('text'), text);
      expect(await readSource(at('text'))).toBe(text);
    }
  });

  it('is not read from what holds none, and the reason is told in words', async () => {
    await writeFile(at('latin'), LATIN_1);
    for (const [path, why] of [
      [at('none'), 'there is no such file'],
      [folder.path, 'it is a folder'],
      [at('latin'), 'it is no text in UTF-8'],
    ] as const) {
      await expect(readSource(path)).rejects.toMatchObject({ code: 'bad-request', message: `${path} cannot be read: ${why}.` });
    }
  });
});

it('the code of a folder is read without what cannot be read there; of files that are named, all must be', async () => {
  await mkdir(at('code'));
  await writeFile(at('code/a.ts'), 'const a = 1;\n');
  await writeFile(at('code/b.ts'), LATIN_1);
  await symlink(at('none.ts'), at('code/c.ts'));
  expect((await readLongTexts([at('code')])).map(({ path }) => path)).toEqual([at('code/a.ts')]);
  await expect(readLongTexts([at('code/a.ts'), at('code/b.ts')])).rejects.toThrow('b.ts cannot be read: it is no text in UTF-8.');
});

describe('Ctrl+C while a model is opened', () => {
  afterEach(() => {
    process.exitCode = undefined;
  });

  it('ends that with the exit code of shells, and leaves no conversion', async () => {
    const options = { model: defaultModel, device: 'cpu', threads: 1, window: 64, precision: 'fast' } as const;
    const opening = withEngine({ ...options, conversions: at('conversions') }, async () => 'opened');
    process.emit('SIGINT');
    await expect(opening).rejects.toMatchObject({ code: 'cancelled' });
    expect(process.exitCode).toBe(130);
    expect(await readdir(at('conversions')).catch(() => [])).toEqual([]);
  });
});
