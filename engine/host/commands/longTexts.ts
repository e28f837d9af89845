import { glob, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { PaddockError } from '../../errors.ts';
import { readSource } from './common.ts';

/** A text of one file, or of several of one folder. */
export interface LongText {
  readonly path: string;
  readonly text: string;
  /** What begins a comment in its language. */
  readonly comment: string;
}

const CODE = 'ts,tsx,mts,cts,js,jsx,mjs,cjs,py,rs,go,java,c,h,cc,cpp,hpp,cs,rb,php,swift,kt,scala,sh,lua,zig,md';
const HASH = /\.(?:py|rb|sh|ya?ml|toml)$/;
/** Dependencies and build results say nothing about the person's code. */
const LEFT_OUT = /(?:^|\/)(?:node_modules|dist|build|out|target|vendor|\.[^/]+)(?:\/|$)/;

/**
 * Files as given, and of folders the code in them, in the order of their paths.
 * @throws PaddockError `bad-request` for one that cannot be read, or where there is no text at all
 */
export async function readLongTexts(paths: readonly string[]): Promise<LongText[]> {
  const texts: LongText[] = [];
  for (const path of paths) {
    for (const file of await filesIn(path)) {
      const text = await readSource(file);
      if (!text.includes('\0')) texts.push({ path: file, text, comment: HASH.test(file) ? '#' : '//' });
    }
  }
  if (texts.length === 0)
    throw new PaddockError('bad-request', `There is no code in ${paths.join(', ')}. Name files or folders with some.`);
  return texts;
}

async function filesIn(path: string): Promise<string[]> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isDirectory()) return [path];
  const files: string[] = [];
  for await (const file of glob(`**/*.{${CODE}}`, { cwd: path, exclude: (name) => LEFT_OUT.test(name) })) files.push(file);
  return files.sort().map((file) => join(path, file));
}
