import { cp, mkdtemp, rm } from 'node:fs/promises';
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

/** Opens a window on a copy of the sample workspace and waits until Paddock is ready. If that fails, everything is cleaned up. */
export async function openWindow(): Promise<OwnWindow> {
  const folder = await mkdtemp(path.join(tmpdir(), 'paddock-window-'));
  const ends = [() => rm(folder, { recursive: true, force: true, maxRetries: 5 })];
  const close = async () => {
    for (const end of ends.reverse()) await end();
  };
  try {
    const workspace = path.join(folder, 'workspace');
    await cp(sampleWorkspace, workspace, { recursive: true });
    const server = await startServer({ dataDir: path.join(folder, 'server'), development: true, report: console.log });
    ends.push(() => server.stop());
    const browser = await launch(console.log);
    ends.push(() => browser.close());
    const page = await browser.newPage({ viewport: { width: 1200, height: 750 } });
    page.setDefaultTimeout(PATIENCE);
    await page.goto(pageAddress(server.origin, workspace, { extensionDevelopmentPath: root }));
    await untilReady(page);
    return { folder, page, close };
  } catch (error) {
    await close();
    throw error;
  }
}
