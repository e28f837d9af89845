import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkOutput, writeOutput } from '../../../../engine/host/commands/output.ts';
import { folderForEach } from '../../../support/testFolders.ts';

describe('files that a command writes', () => {
  const folder = folderForEach();
  const at = (name: string) => join(folder.path, name);

  it('may be new, or replace one', async () => {
    await writeFile(at('old.csv'), 'old');
    for (const name of ['old.csv', 'new.csv']) {
      await checkOutput(at(name));
      await writeOutput(at(name), 'new');
      expect(await readFile(at(name), 'utf8')).toBe('new');
    }
    expect(await readdir(folder.path)).toEqual(['new.csv', 'old.csv']);
  });

  it('are refused beforehand where there is no place for them', async () => {
    await mkdir(at('folder'));
    for (const [path, why] of [
      [at('none/figures.csv'), `there is no folder ${at('none')}`],
      [at('folder'), 'it is a folder'],
      ['/dev/null', 'it is no ordinary file'],
    ] as const) {
      await expect(checkOutput(path)).rejects.toMatchObject({
        code: 'bad-request',
        message: `${path} cannot be written: ${why}. Name another file.`,
      });
    }
  });

  it('leave nothing behind where they cannot be written after all', async () => {
    await mkdir(at('folder'));
    await expect(writeOutput(at('folder'), 'text')).rejects.toMatchObject({ code: 'runtime' });
    expect(await readdir(folder.path)).toEqual(['folder']);
  });
});
