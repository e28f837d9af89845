/** Makes `media/screenshot.png`: ghost text of the default model in the sample workspace. Run it after `npm run build`. */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { PATIENCE } from '../integration/palette.ts';
import { look } from '../integration/sight.ts';
import { root, sampleWorkspace } from '../support/paths.ts';
import { launch } from './browser.ts';
import { makePackage } from './package.ts';
import { endTogether } from './processes.ts';
import { pageAddress, startServer } from './server.ts';

const report = (line: string) => console.log(line);

/** The text typed at the end of a file; the picture is taken at the first suitable suggestion on the way. */
const typed = `
// The orders of a customer, the dearest first.
function dearestFirst(orders: Order[], customer: string): Order[] {
return ordersOf(orders, customer).sort((a, b) => orderTotal(b) - orderTotal(a));`;

/** Types on until a suggestion is long enough. */
async function typeUntilGood(page: Page, from: number): Promise<boolean> {
  await page.keyboard.type(typed.slice(0, from), { delay: 30 });
  for (const character of typed.slice(from)) {
    await page.keyboard.type(character);
    await page.waitForTimeout(900);
    const ghost = (await look(page)).ghost.join('');
    report(`${JSON.stringify(character)} → ${JSON.stringify(ghost)}`);
    if (ghost.trim().length >= 12) return true;
  }
  return false;
}

endTogether(130);
const folder = await mkdtemp(path.join(tmpdir(), 'paddock-screenshot-'));
const workspace = path.join(folder, 'orchard');
await cp(sampleWorkspace, workspace, { recursive: true });
const vsix = [await makePackage()];
const server = await startServer({ dataDir: path.join(folder, 'server'), vsix, report });
const browser = await launch(report);
const page = await browser.newPage({ viewport: { width: 1100, height: 620 }, deviceScaleFactor: 2 });
page.setDefaultTimeout(PATIENCE);
await page.goto(pageAddress(server.origin, workspace, { openFile: path.join(workspace, 'src/orders.ts') }));
await page.locator('.statusbar-item[id*="paddock"]').waitFor();
await page.waitForTimeout(8000); // the language server finishes its start
await page.locator('.monaco-editor .view-lines').first().click();
await page.keyboard.press('Control+End');
const good = await typeUntilGood(page, typed.indexOf('dearestFirst('));
await page.screenshot({ path: path.join(root, 'media/screenshot.png') });
await browser.close();
await server.stop();
await rm(folder, { recursive: true, force: true, maxRetries: 5 });
if (!good) report('No long suggestion appeared; the picture shows the last one.');
process.exit(good ? 0 : 1);
