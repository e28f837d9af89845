/** Files that a command writes because the person asked for them. */
import { access, constants, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PaddockError } from '../../errors.ts';
import { writeWhole } from '../../storage/wholeFile.ts';

/**
 * Checks that a file can be written, so that nobody waits for a result that has no place.
 * @throws PaddockError `bad-request`
 */
export async function checkOutput(path: string): Promise<void> {
  const folder = dirname(path);
  const [there, parent] = await Promise.all([path, folder].map((each) => stat(each).catch(() => undefined)));
  const fail = (why: string) => {
    throw new PaddockError('bad-request', `${path} cannot be written: ${why}. Name another file.`);
  };
  if (!parent?.isDirectory()) fail(`there is no folder ${folder}`);
  if (there && !there.isFile()) fail(there.isDirectory() ? 'it is a folder' : 'it is no ordinary file');
  await access(there ? path : folder, constants.W_OK).catch((error: Error) => fail(error.message));
}

/** Writes a file, whole or not at all. @throws PaddockError `runtime` */
export async function writeOutput(path: string, text: string): Promise<void> {
  try {
    await writeWhole(path, text);
  } catch (error) {
    throw new PaddockError('runtime', `${path} cannot be written: ${(error as Error).message}.`, { cause: error });
  }
}
