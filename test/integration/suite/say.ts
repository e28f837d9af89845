import { existsSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { holdsWithin } from '../../support/until.ts';
import type { Stroke } from '../hands.ts';
import type { Sight } from '../sight.ts';

/** Tells whoever started VS Code; the mark tells our lines from VS Code's own. */
export function say(line: string): void {
  console.log(`suite| ${line}`);
}

/** Whether whoever started VS Code can look at the window and has hands at its keyboard. */
export const isWatched = process.env.PADDOCK_TEST_PICTURES !== undefined;

/** Has a picture of the window taken and tells what stands in it, where somebody watches. */
export async function picture(name: string): Promise<Partial<Sight>> {
  return sight(name, `picture: ${name}`);
}

/** Has keys struck in the window and tells what stands in it then; only where somebody watches. */
export async function strike(...strokes: readonly Stroke[]): Promise<Partial<Sight>> {
  // Each has a name of its own: one that was given up may be answered yet.
  const name = `keys-${++struck}`;
  return sight(name, `${name}: ${JSON.stringify(strokes)}`);
}

let struck = 0;

/** What stands in the window, for whoever reads that a test has failed; empty where nobody watches. */
export async function inWindow(): Promise<string> {
  if (!isWatched) return '';
  await vscode.commands.executeCommand('notifications.showList'); // nothing pops up during tests
  const seen = await strike().catch((error: unknown) => ({ error: String(error) }));
  await vscode.commands.executeCommand('notifications.hideList');
  const there = Object.entries(seen).filter(([, what]) => what.length > 0);
  return `\nIn the window: ${JSON.stringify(Object.fromEntries(there))}`;
}

/** @param request what is said, and answered with what is found under that name */
async function sight(name: string, request: string): Promise<Partial<Sight>> {
  const folder = process.env.PADDOCK_TEST_PICTURES;
  if (!folder) return {};
  const file = path.join(folder, `${name}.json`);
  await rm(file, { force: true });
  say(request);
  if (!(await holdsWithin(() => existsSync(file), 60_000))) throw new Error(`Nothing came of ${request}.`);
  const seen = JSON.parse(await readFile(file, 'utf8')) as Sight;
  if (!existsSync(file.replace(/json$/, 'png'))) await rm(file); // nobody will look at it again
  return seen;
}

/** Paddock's log as it stands on the disk, where it is known in which folder VS Code keeps its logs. */
export async function logText(): Promise<string | undefined> {
  const folder = process.env.PADDOCK_TEST_LOGS;
  if (!folder) return undefined;
  const files = (await readdir(folder, { recursive: true })).filter((name) => path.basename(name) === 'Paddock.log');
  const texts = await Promise.all(files.map((name) => readFile(path.join(folder, name), 'utf8')));
  return texts.join('');
}
