import { existsSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { holdsWithin } from '../../support/until.ts';
import type { Stroke } from '../hands.ts';
import type { Sight } from '../sight.ts';

/** Sends a line to the process that started VS Code; a mark tells these lines from VS Code's own. */
export function say(line: string): void {
  console.log(`suite| ${line}`);
}

/** Whether the process that started VS Code can see the window and use its keyboard. */
export const isWatched = process.env.PADDOCK_TEST_PICTURES !== undefined;

/** Takes a picture of the window and returns a description of it, if the window can be seen. */
export async function picture(name: string): Promise<Partial<Sight>> {
  return sight(name, `picture: ${name}`);
}

/** Sends input to the window and returns a description of the window afterwards; only if the window can be seen. */
export async function strike(...strokes: readonly Stroke[]): Promise<Partial<Sight>> {
  // Each request has its own name: one that was given up may still be answered.
  const name = `keys-${++struck}`;
  return sight(name, `${name}: ${JSON.stringify(strokes)}`);
}

let struck = 0;

/** A description of the window for the report of a failed test; empty if the window cannot be seen. */
export async function inWindow(): Promise<string> {
  if (!isWatched) return '';
  await vscode.commands.executeCommand('notifications.showList'); // notifications do not pop up during tests
  const seen = await strike().catch((error: unknown) => ({ error: String(error) }));
  await vscode.commands.executeCommand('notifications.hideList');
  const there = Object.entries(seen).filter(([, what]) => what.length > 0);
  return `\nIn the window: ${JSON.stringify(Object.fromEntries(there))}`;
}

/** @param request the line to send; its answer is the file with this name */
async function sight(name: string, request: string): Promise<Partial<Sight>> {
  const folder = process.env.PADDOCK_TEST_PICTURES;
  if (!folder) return {};
  const file = path.join(folder, `${name}.json`);
  await rm(file, { force: true });
  say(request);
  if (!(await holdsWithin(() => existsSync(file), 60_000))) throw new Error(`Nothing came of ${request}.`);
  const seen = JSON.parse(await readFile(file, 'utf8')) as Sight;
  if (!existsSync(file.replace(/json$/, 'png'))) await rm(file); // a description without a picture is not needed again
  return seen;
}

/** Paddock's log from the disk, if the folder of VS Code's logs is known. */
export async function logText(): Promise<string | undefined> {
  const folder = process.env.PADDOCK_TEST_LOGS;
  if (!folder) return undefined;
  const files = (await readdir(folder, { recursive: true })).filter((name) => path.basename(name) === 'Paddock.log');
  const texts = await Promise.all(files.map((name) => readFile(path.join(folder, name), 'utf8')));
  return texts.join('');
}
