import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { root, screenshots } from '../support/paths.ts';
import { until } from '../support/until.ts';
import { launch } from '../vscode/browser.ts';
import { killGroup, processesOf, signalGroup, start } from '../vscode/processes.ts';
import { untilReady } from './palette.ts';
import { keep, look } from './sight.ts';

/** Finds the address in the output of `npm start`. */
const address = /^ {2}(http:\/\/127\.0\.0\.1:\d+\/\S*)$/m;

describe('npm start', () => {
  // Outside the repository, so that the installed package finds nothing in its node_modules.
  let home = '';
  let output = '';
  const squatter = createServer();
  let npm: ReturnType<typeof start>;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    // The usual port is taken.
    await new Promise<void>((resolve) => squatter.once('error', () => resolve()).listen(8421, '127.0.0.1', () => resolve()));
    home = await mkdtemp(path.join(tmpdir(), 'paddock-start-'));
    const { DISPLAY, WAYLAND_DISPLAY, VSCODE_EXECUTABLE, ...env } = process.env; // no desktop, if there is one
    npm = start('npm', ['start', '--', home], { cwd: root, env });
    npm.stdout?.on('data', (data: Buffer) => {
      output += data;
    });
    npm.stderr?.on('data', (data: Buffer) => {
      output += data;
    });
    await until('npm start to print an address', () => npm.exitCode !== null || address.test(output), 600_000);
    expect(output).toMatch(address);
    expect(address.exec(output)?.[1]).not.toContain(':8421/');
    browser = await launch((line) => console.log(line));
    page = await browser.newPage({ viewport: { width: 1200, height: 750 } });
    await page.goto(address.exec(output)?.[1] ?? '');
  }, 700_000);

  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await keep(page, screenshots, 'start-failed');
  });
  afterAll(async () => {
    await browser?.close();
    await killGroup(npm);
    squatter.close();
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  });

  it('opens the sample with a file in the editor and Paddock ready, without questions', async () => {
    await page.locator('.tab', { hasText: 'orders.ts' }).waitFor();
    await untilReady(page);
    await keep(page, screenshots, 'start');
    expect((await look(page)).notifications).toEqual([]);
    expect(await page.locator('.monaco-dialog-box').count()).toBe(0);
  });

  it('runs the engine of the installed package', async () => {
    const engines = (await processesOf(home)).filter(({ command }) => command.includes('engine.mjs'));
    expect(engines).toHaveLength(1);
    expect(engines[0]?.command).toContain(path.join(home, 'server/extensions/paddock.paddock-'));
  });

  it('shows ghost text while typing, and Tab accepts it', async () => {
    await page.locator('.monaco-editor .view-lines').first().click();
    await page.keyboard.press('Control+End');
    await page.keyboard.type('\n// The number of fruits in an order.\nexport function fruitsIn(order: Order): number {\n');
    let typed = '';
    for (const character of 'let count = 0;\nfor (const line of order.lines)') {
      await page.keyboard.type(character);
      typed += character;
      await page.waitForTimeout(800);
      if ((await ghost(page)) !== '') break;
    }
    await keep(page, screenshots, 'start-ghost-text');
    const suggested = await ghost(page);
    expect(suggested).not.toBe('');
    await takeWithTab(page);
    // While the completion list is open, Tab accepts its entry first, and the rest of the ghost text stays.
    const rest = await ghost(page);
    if (rest !== '' && suggested.endsWith(rest)) await takeWithTab(page);
    await keep(page, screenshots, 'start-accepted');
    const file = path.join(home, 'sample/src/orders.ts');
    const firstLine = suggested.split('\n')[0] ?? '';
    const taken = typed.slice(typed.lastIndexOf('\n') + 1) + firstLine;
    await until(`"${taken}" to be in the saved file`, async () => (await readFile(file, 'utf8')).includes(taken));
  });

  it('ends on Ctrl+C, with all processes it started', async () => {
    await page.close();
    const ended = new Promise((resolve) => npm.once('exit', resolve));
    signalGroup(npm.pid, 'SIGINT');
    await ended;
    await until('its processes to be gone', async () => (await processesOf(home)).length === 0, 10_000);
  });
});

/** The visible ghost text, with ordinary spaces. */
async function ghost(page: Page): Promise<string> {
  return (await look(page)).ghost.join('').replaceAll('\u00a0', ' ');
}

async function editorText(page: Page): Promise<string> {
  const text = await page.locator('.monaco-editor .view-lines').first().textContent();
  return (text ?? '').replaceAll('\u00a0', ' ');
}

/** Presses Tab and waits until it has accepted something: an entry of the completion list may be what stands there already. */
async function takeWithTab(page: Page): Promise<void> {
  const [before, suggested, { entry }] = [await editorText(page), await ghost(page), await look(page)];
  await page.keyboard.press('Tab');
  const isTaken = async () =>
    (await editorText(page)) !== before || (await ghost(page)) !== suggested || (entry !== '' && (await look(page)).entry === '');
  await until('the suggestion to be taken', isTaken);
}
