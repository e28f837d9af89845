import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isPaddockError, PaddockError } from '../../errors.ts';
import { readSource } from './common.ts';

/** A text of one file, or of several of one folder. */
export interface LongText {
  readonly path: string;
  readonly text: string;
  /** What begins a comment in its language. */
  readonly comment: string;
}

const CODE = /\.(?:[mc]?ts|tsx|[mc]?js|jsx|py|rs|go|java|c|h|cc|cpp|hpp|cs|rb|php|swift|kt|scala|sh|lua|zig|md)$/;
const HASH = /\.(?:py|rb|sh|ya?ml|toml)$/;
/** Dependencies and build results say nothing about the person's code. */
const LEFT_OUT = /^(?:node_modules|dist|build|out|target|vendor|\..+)$/;

/**
 * Files as given, and of folders the code in them, in the order of their paths.
 * @throws PaddockError `bad-request` for one that cannot be read, or where there is no text at all
 */
export async function readLongTexts(paths: readonly string[]): Promise<LongText[]> {
  const texts: LongText[] = [];
  for (const path of paths) {
    const files = await filesIn(path);
    for (const file of files ?? [path]) {
      const text = await readSource(file).catch((error: unknown) => {
        // What cannot be read in a folder is told and left out; a file that was named is not.
        if (files === undefined || !isPaddockError(error, 'bad-request')) throw error;
        process.stderr.write(`paddock: ${error.message} It is left out.\n`);
      });
      if (text !== undefined && !text.includes('\0')) texts.push({ path: file, text, comment: HASH.test(file) ? '#' : '//' });
    }
  }
  if (texts.length === 0)
    throw new PaddockError('bad-request', `There is no code in ${paths.join(', ')}. Name files or folders with some.`);
  return texts;
}

/** The code in a folder; undefined for what is no folder. */
async function filesIn(path: string): Promise<string[] | undefined> {
  const found = await stat(path).catch(() => undefined);
  return found?.isDirectory() ? (await codeBelow(path)).sort() : undefined;
}

async function codeBelow(folder: string): Promise<string[]> {
  const files: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (LEFT_OUT.test(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) files.push(...(await codeBelow(path)));
    else if (CODE.test(entry.name)) files.push(path);
  }
  return files;
}
