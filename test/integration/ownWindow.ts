import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { root, sampleWorkspace } from '../support/paths.ts';
import { launch } from '../vscode/browser.ts';
import { pageAddress, startServer } from '../vscode/server.ts';
import { PATIENCE, untilReady } from './palette.ts';

/** A window of VS Code in a browser, with the built sources of Paddock. */
export interface OwnWindow {
  /** The folder that holds the workspace and the server's data. */
  readonly folder: string;
  readonly page: Page;
  /** Ends the browser and the server, and removes the folder. */
  close(): Promise<void>;
}

export interface WindowOptions {
  /** Of the workspace. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Whether VS Code has language models and a chat of its own; true by default. */
  readonly hasOwnChat?: boolean;
}

/** Opens a window on a copy of the sample workspace and waits until Paddock is ready. If that fails, everything is cleaned up. */
export async function openWindow({ settings = {}, hasOwnChat = true }: WindowOptions = {}): Promise<OwnWindow> {
  const folder = await mkdtemp(path.join(tmpdir(), 'paddock-window-'));
  const ends = [() => rm(folder, { recursive: true, force: true, maxRetries: 5 })];
  const close = async () => {
    for (const end of ends.reverse()) await end();
  };
  try {
    const workspace = path.join(folder, 'workspace');
    await cp(sampleWorkspace, workspace, { recursive: true });
    await writeSettings(workspace, settings);
    const extensionDevelopmentPath = hasOwnChat ? root : await withoutOwnChat(path.join(folder, 'extension'));
    const server = await startServer({ dataDir: path.join(folder, 'server'), development: true, report: console.log });
    ends.push(() => server.stop());
    const browser = await launch(console.log);
    ends.push(() => browser.close());
    const page = await browser.newPage({ viewport: { width: 1200, height: 750 } });
    page.setDefaultTimeout(PATIENCE);
    await page.goto(pageAddress(server.origin, workspace, { extensionDevelopmentPath }));
    await untilReady(page);
    return { folder, page, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Replaces the settings of a workspace. */
export async function writeSettings(workspace: string, settings: Readonly<Record<string, unknown>>): Promise<void> {
  await mkdir(path.join(workspace, '.vscode'), { recursive: true });
  await writeFile(path.join(workspace, '.vscode/settings.json'), JSON.stringify(settings));
}

/** The built sources as an extension of a VS Code without language models and chat. @returns its folder, which is made of links */
async function withoutOwnChat(folder: string): Promise<string> {
  await mkdir(folder);
  for (const name of ['dist', 'media', 'models', 'package.nls.json'])
    await symlink(path.join(root, name), path.join(folder, name));
  const manifest = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as object;
  await writeFile(path.join(folder, 'package.json'), JSON.stringify({ ...manifest, main: './main.cjs' }));
  await cp(path.join(import.meta.dirname, 'withoutOwnChat.cjs'), path.join(folder, 'main.cjs'));
  return folder;
}
