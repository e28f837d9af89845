import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { launch } from '../vscode/browser.ts';
import { root, sampleWorkspace, screenshots } from '../vscode/paths.ts';
import { pageAddress, type Server, startServer } from '../vscode/server.ts';
import { keep, look } from './sight.ts';
import { until } from './suite/until.ts';

/** How long a window or an answer may take to come on a machine with other things to do, in ms. */
const PATIENCE = 120_000;

describe('the chat in a window that is loaded again', () => {
  let folder = '';
  let server: Server;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'paddock-chat-'));
    const workspace = path.join(folder, 'workspace');
    await cp(sampleWorkspace, workspace, { recursive: true });
    server = await startServer({ dataDir: path.join(folder, 'server'), development: true, report: console.log });
    browser = await launch(console.log);
    page = await browser.newPage({ viewport: { width: 1200, height: 750 } });
    page.setDefaultTimeout(PATIENCE);
    await page.goto(pageAddress(server.origin, workspace, { extensionDevelopmentPath: root }));
    await untilReady(page);
  }, 300_000);
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await keep(page, screenshots, 'chat-reload-failed');
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  it('is as it was left, its answer too', { timeout: 400_000 }, async () => {
    await openChat(page);
    await page.keyboard.type('What is a paddock?');
    await page.keyboard.press('Enter');
    const before = await panelSaying(page, /tokens\/s/);
    expect(before).toContain('What is a paddock?');
    await page.reload();
    await untilReady(page);
    await openChat(page);
    const after = await panelSaying(page, /tokens\/s/);
    await keep(page, screenshots, 'chat-reloaded');
    expect(conversationIn(after)).toBe(conversationIn(before));
  });

  it('keeps what had come of an answer in the middle of which it was loaded again', { timeout: 400_000 }, async () => {
    await openChat(page);
    await page.keyboard.type('Write a very long list of words.');
    await page.keyboard.press('Enter');
    await panelSaying(page, /Write a very long list of words\.\s+\S/);
    await page.reload();
    await untilReady(page);
    await openChat(page);
    const after = await panelSaying(page, /Write a very long list of words\./);
    await keep(page, screenshots, 'chat-stopped');
    // Unless the answer was there before the window was gone.
    expect(after).toMatch(/Stopped before its end|tokens\/s/);
  });
});

async function untilReady(page: Page): Promise<void> {
  const isReady = async () => (await look(page)).status.startsWith('Paddock: Ready, with ');
  await until('Paddock to be ready', isReady, PATIENCE);
}

/** By the command palette, as a person without a mouse does. */
async function openChat(page: Page): Promise<void> {
  await page.keyboard.press('F1');
  await page.locator('.quick-input-widget:visible input').waitFor();
  await page.keyboard.type('Paddock: Open Chat');
  await until('the command', async () => (await look(page)).list[0]?.includes('Open Chat') ?? false);
  await page.keyboard.press('Enter');
  await until('the panel to have the keyboard', () =>
    page.frames().reduce<Promise<boolean>>(async (found, frame) => {
      if (await found) return true;
      return await frame
        .locator('body[data-shown] textarea:focus')
        .count()
        .then((count) => count > 0)
        .catch(() => false);
    }, Promise.resolve(false)),
  );
}

/** What the panel says, once it says this. */
async function panelSaying(page: Page, text: RegExp): Promise<string> {
  let said = '';
  const says = async () => {
    said = (await look(page)).pages.join('\n');
    return text.test(said);
  };
  await until(`the panel to say ${text}`, says, PATIENCE);
  return said;
}

/** The conversation in what a panel says: what the window below it is taken by may still be counted. */
function conversationIn(said: string): string {
  return said.slice(0, said.indexOf('tokens/s'));
}
