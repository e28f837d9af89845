import { rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';

/** What stands in a window of VS Code. */
export interface Sight {
  /** What a screen reader says of Paddock's status item; empty when there is none. */
  readonly status: string;
  /** The ghost text on the screen, piece by piece as the editor draws it. */
  readonly ghost: readonly string[];
  /** Pop-ups in the corner. */
  readonly notifications: readonly string[];
}

export async function look(page: Page): Promise<Sight> {
  const item = page.locator('.statusbar-item[id*="paddock"] [aria-label]');
  const status = (await item.count()) > 0 ? ((await item.first().getAttribute('aria-label')) ?? '') : '';
  const ghost = await page.locator('.ghost-text, .ghost-text-decoration, .ghost-text-decoration-preview').allTextContents();
  const notifications = await page.locator('.notifications-toasts .notification-list-item-message').allTextContents();
  return { status, ghost, notifications };
}

/** Takes a picture of a window and writes what stands in it beside it; a reader who finds the latter finds the whole. */
export async function keep(page: Page, folder: string, name: string): Promise<void> {
  await page.screenshot({ path: path.join(folder, `${name}.png`) });
  const file = path.join(folder, `${name}.json`);
  await writeFile(`${file}.part`, JSON.stringify(await look(page), undefined, 2));
  await rename(`${file}.part`, file);
}
