import { rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';

/** What stands in a window of VS Code. */
export interface Sight {
  /** What a screen reader says of Paddock's status item; empty when there is none. */
  readonly status: string;
  /** What the status item says to whoever rests the pointer on it; empty unless the picture is taken so. */
  readonly tooltip: string;
  /** The ghost text on the screen, piece by piece as the editor draws it. */
  readonly ghost: readonly string[];
  /** The entry of the language servers' list that Tab would take; empty when that list is not open. */
  readonly entry: string;
  /** Messages in the corner, popped up or in the list of all. */
  readonly notifications: readonly string[];
  /** Their buttons. */
  readonly actions: readonly string[];
  /** The list that is open above the editor, line by line; empty when there is none. */
  readonly list: readonly string[];
  /** What Paddock's pages in editor tabs say, of those that can be seen. */
  readonly pages: readonly string[];
  /** What stands in VS Code's own chat, message by message. */
  readonly chat: readonly string[];
}

/** VS Code pops nothing up during extension tests; the list of all is there. */
const notes = ':is(.notifications-toasts, .notifications-center)';

export async function look(page: Page): Promise<Sight> {
  const item = page.locator('.statusbar-item[id*="paddock"] [aria-label]');
  const status = (await item.count()) > 0 ? ((await item.first().getAttribute('aria-label')) ?? '') : '';
  const ghost = await page.locator('.ghost-text, .ghost-text-decoration, .ghost-text-decoration-preview').allTextContents();
  const notifications = await page.locator(`${notes} .notification-list-item-message`).allTextContents();
  const actions = await page.locator(`${notes} .notification-list-item-buttons-container .monaco-button`).allTextContents();
  const list = await page.locator('.quick-input-widget:visible .quick-input-list .monaco-list-row').allInnerTexts();
  const tooltip = (await page.locator('.workbench-hover-container:visible').allInnerTexts()).join('\n');
  const entry = (await page.locator('.suggest-widget.visible .monaco-list-row.focused .label-name').allTextContents()).join('');
  const pages = await pagesIn(page);
  const chat = await page.locator('.interactive-item-container:visible').allInnerTexts();
  return {
    status,
    tooltip,
    ghost,
    entry,
    notifications,
    actions,
    pages,
    chat,
    list: list.map((line) => line.replaceAll(/\s+/g, ' ').trim()),
  };
}

/** A page lies in a frame of a frame; one that goes away meanwhile says nothing. */
async function pagesIn(page: Page): Promise<string[]> {
  const texts = page.frames().map((frame) =>
    frame
      .locator('body[data-shown]')
      .allInnerTexts()
      .catch(() => []),
  );
  return (await Promise.all(texts)).flat();
}

/**
 * Takes a picture of a window and writes what stands in it beside it, as {@link note} does.
 * @param name of the picture; one that ends in `-tooltip` is taken with the pointer on Paddock's status item
 */
export async function keep(page: Page, folder: string, name: string): Promise<void> {
  const hovers = name.endsWith('-tooltip');
  if (hovers) await rest(page);
  await page.screenshot({ path: path.join(folder, `${name}.png`) });
  await note(page, folder, name);
  if (hovers) await page.mouse.move(0, 0);
}

/** Rests the pointer on Paddock's status item until its tooltip is there; one whose text changes meanwhile goes, and comes to who returns. */
async function rest(page: Page): Promise<void> {
  const tooltip = page.locator('.workbench-hover-container');
  await page.locator('.statusbar-item[id*="paddock"]').hover();
  const isThere = await tooltip.waitFor({ timeout: 10_000 }).then(
    () => true,
    () => false,
  );
  if (isThere) return;
  await page.mouse.move(0, 0);
  await page.locator('.statusbar-item[id*="paddock"]').hover();
  await tooltip.waitFor();
}

/** Writes what stands in a window to a file; a reader who finds it finds the whole. */
export async function note(page: Page, folder: string, name: string): Promise<void> {
  const file = path.join(folder, `${name}.json`);
  await writeFile(`${file}.part`, JSON.stringify(await look(page), undefined, 2));
  await rename(`${file}.part`, file);
}
