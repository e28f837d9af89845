import { existsSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Sight } from '../sight.ts';
import { until } from './until.ts';

/** Tells whoever started VS Code; the mark tells our lines from VS Code's own. */
export function say(line: string): void {
  console.log(`suite| ${line}`);
}

/** Has a picture of the window taken and tells what stands in it, where whoever started VS Code can look at the window. */
export async function picture(name: string): Promise<Partial<Sight>> {
  const folder = process.env.PADDOCK_TEST_PICTURES;
  if (!folder) return {};
  const file = path.join(folder, `${name}.json`);
  await rm(file, { force: true });
  say(`picture: ${name}`);
  await until(`the picture ${name}`, () => existsSync(file));
  return JSON.parse(await readFile(file, 'utf8')) as Sight;
}

/** Paddock's log as it stands on the disk, where it is known in which folder VS Code keeps its logs. */
export async function logText(): Promise<string | undefined> {
  const folder = process.env.PADDOCK_TEST_LOGS;
  if (!folder) return undefined;
  const files = (await readdir(folder, { recursive: true })).filter((name) => path.basename(name) === 'Paddock.log');
  const texts = await Promise.all(files.map((name) => readFile(path.join(folder, name), 'utf8')));
  return texts.join('');
}
