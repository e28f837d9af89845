import { rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';

/** What is shown in a window of VS Code. */
export interface Sight {
  /** The accessible label of Paddock's status item; empty if there is none. */
  readonly status: string;
  /** The tooltip of the status item; empty unless the picture shows it. */
  readonly tooltip: string;
  /** The visible ghost text, in the pieces in which the editor draws it. */
  readonly ghost: readonly string[];
  /** The selected entry of the completion list, which Tab would accept; empty if the list is closed. */
  readonly entry: string;
  /** Notifications, popped up or in the notification centre. */
  readonly notifications: readonly string[];
  /** The text of the whole status bar. */
  readonly statusBar: string;
  /** The notifications' buttons. */
  readonly actions: readonly string[];
  /** The lines of the open quick pick; empty if there is none. */
  readonly list: readonly string[];
  /** The texts of Paddock's visible pages in editor tabs. */
  readonly pages: readonly string[];
  /** The messages in VS Code's own chat. */
  readonly chat: readonly string[];
  /** What VS Code's own chat shows around its field, such as the name of the chosen model. */
  readonly chatField: string;
  /** The accessible label of what has the keyboard in one of Paddock's pages; empty if none of them has it. */
  readonly focused: string;
}

/** Notifications do not pop up during extension tests, but the notification centre lists them. */
const notes = ':is(.notifications-toasts, .notifications-center)';

export async function look(page: Page): Promise<Sight> {
  const item = page.locator('.statusbar-item[id*="paddock"] [aria-label]');
  const status = (await item.count()) > 0 ? ((await item.first().getAttribute('aria-label')) ?? '') : '';
  const ghost = await page.locator('.ghost-text, .ghost-text-decoration, .ghost-text-decoration-preview').allTextContents();
  const notifications = await page.locator(`${notes} .notification-list-item-message`).allTextContents();
  const statusBar = (await page.locator('.part.statusbar .statusbar-item').allInnerTexts()).join('\n');
  const actions = await page.locator(`${notes} .notification-list-item-buttons-container .monaco-button`).allTextContents();
  const list = await page.locator('.quick-input-widget:visible .quick-input-list .monaco-list-row').allInnerTexts();
  const tooltip = (await page.locator('.workbench-hover-container:visible').allInnerTexts()).join('\n');
  const entry = (await page.locator('.suggest-widget.visible .monaco-list-row.focused .label-name').allTextContents()).join('');
  const pages = await pagesIn(page);
  const chat = await page.locator('.interactive-item-container:visible').allInnerTexts();
  const chatField = (await page.locator('.interactive-input-part:visible').allInnerTexts()).join('\n');
  return {
    status,
    tooltip,
    ghost,
    entry,
    notifications,
    statusBar,
    actions,
    pages,
    chat,
    chatField,
    focused: await focusedIn(page),
    list: list.map((line) => line.replaceAll(/\s+/g, ' ').trim()),
  };
}

/** A page is in a nested frame; one that disappears meanwhile has no text. */
async function pagesIn(page: Page): Promise<string[]> {
  const texts = page.frames().map((frame) =>
    frame
      .locator('body[data-shown]')
      .allInnerTexts()
      .catch(() => []),
  );
  return (await Promise.all(texts)).flat();
}

async function focusedIn(page: Page): Promise<string> {
  const labels = page.frames().map((frame) =>
    frame
      .locator('body[data-shown] :focus')
      .evaluateAll((elements) => elements.map((element) => element.ariaLabel ?? ''))
      .catch(() => []),
  );
  return (await Promise.all(labels)).flat().join('\n');
}

/**
 * Takes a picture of a window and writes a description of the window beside it, as {@link note} does.
 * @param name of the picture; for a name that ends in `-tooltip`, the pointer is put on Paddock's status item first
 */
export async function keep(page: Page, folder: string, name: string): Promise<void> {
  const picture = () => page.screenshot({ path: path.join(folder, `${name}.png`) });
  if (!name.endsWith('-tooltip')) {
    await picture();
    return note(page, folder, name);
  }
  // VS Code closes a tooltip whose text changes, and opens it again only where the pointer returns.
  for (let tries = 0; ; tries++) {
    await rest(page);
    await picture();
    const sight = await look(page);
    if (sight.tooltip === '' && tries < 5) continue;
    await page.mouse.move(0, 0);
    return write(sight, folder, name);
  }
}

/** Puts the pointer on Paddock's status item, and waits for a while for its tooltip. */
async function rest(page: Page): Promise<void> {
  await page.mouse.move(0, 0);
  await page.locator('.statusbar-item[id*="paddock"]').hover();
  await page
    .locator('.workbench-hover-container')
    .waitFor({ timeout: 5_000 })
    .catch(() => undefined);
}

/** Writes a description of a window to a file. */
export async function note(page: Page, folder: string, name: string): Promise<void> {
  await write(await look(page), folder, name);
}

/** Atomically. */
async function write(sight: Sight, folder: string, name: string): Promise<void> {
  const file = path.join(folder, `${name}.json`);
  await writeFile(`${file}.part`, JSON.stringify(sight, undefined, 2));
  await rename(`${file}.part`, file);
}
