import type { CDPSession, Frame, Locator, Page } from 'playwright-core';
import { note } from './sight.ts';

/** One input from the user. */
export type Stroke =
  /** Keys for the characters of this text, one after the other. */
  | { readonly type: string }
  /** One key with its modifiers, by Playwright's names, such as `ControlOrMeta+ArrowRight`. */
  | { readonly press: string }
  /** A click on the element with this CSS selector. */
  | { readonly click: string }
  /** A click, in a page of Paddock, on the last element with this Playwright selector. */
  | { readonly clickInPage: string }
  /** The texts that an input method shows while a word is composed, one after the other. */
  | { readonly compose: readonly string[] }
  /** The text that the input method commits. */
  | { readonly commit: string }
  /** A click on an element with this text, such as an entry of a menu or a link. */
  | { readonly choose: string };

/** How long to wait for an element to click on, in ms. */
const CHOICE_PATIENCE = 15_000;

/** A menu entry that runs something, unlike one that opens a submenu. */
const MENU_ENTRY = '.monaco-menu [role^=menuitem]:not([aria-haspopup=true])';

/** Sends input to a window, then describes the window as {@link note} does. */
export async function strike(page: Page, strokes: readonly Stroke[], folder: string, name: string): Promise<void> {
  for (const stroke of strokes) {
    if ('choose' in stroke) await choose(page, stroke.choose);
    else if ('clickInPage' in stroke) await clickInPage(page, stroke.clickInPage);
    else if ('type' in stroke) await page.keyboard.type(stroke.type);
    else if ('press' in stroke) await page.keyboard.press(stroke.press);
    else if ('click' in stroke) await page.locator(stroke.click).click();
    else await withInputMethod(page, stroke);
  }
  await note(page, folder, name);
}

async function withInputMethod(page: Page, stroke: Extract<Stroke, { compose: unknown } | { commit: string }>): Promise<void> {
  const session: CDPSession = await page.context().newCDPSession(page);
  try {
    if ('commit' in stroke) await session.send('Input.insertText', { text: stroke.commit });
    else {
      for (const text of stroke.compose) {
        await session.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length });
      }
    }
  } finally {
    await session.detach();
  }
}

async function choose(page: Page, words: string): Promise<void> {
  const { frame, last } = await visible(page, words, (each) =>
    each.getByText(words, { exact: true }).or(each.getByLabel(words, { exact: true })),
  );
  const entry = frame.locator(MENU_ENTRY).getByText(words, { exact: true }).filter({ visible: true }).last();
  return (await entry.isVisible()) ? clickEntry(page, entry) : last.click({ timeout: CHOICE_PATIENCE });
}

async function clickInPage(page: Page, selector: string): Promise<void> {
  const { last } = await visible(page, selector, (frame) => frame.locator('body[data-shown]').locator(selector));
  await last.click({ timeout: CHOICE_PATIENCE });
}

/** Waits until an element is visible, in the window first, then in the pages inside it. */
async function visible(page: Page, what: string, find: (frame: Frame) => Locator): Promise<{ frame: Frame; last: Locator }> {
  const patience = performance.now() + CHOICE_PATIENCE;
  do {
    for (const frame of page.frames()) {
      // Menus and lists come last in the page.
      const last = find(frame).filter({ visible: true }).last();
      // A frame may disappear while it is being searched.
      if (await last.isVisible().catch(() => false)) return { frame, last };
    }
    await page.waitForTimeout(50);
  } while (performance.now() < patience);
  throw new Error(`There is nothing like ${what} in the window.`);
}

/**
 * VS Code's menus ignore clicks for the first tenth of a second, so that the click that opens a menu does not choose from it. An entry that
 * is still there is clicked again.
 */
async function clickEntry(page: Page, entry: Locator): Promise<void> {
  while (await entry.isVisible()) {
    // The entry may disappear meanwhile, which means that it was chosen.
    await entry.click({ timeout: 1_000 }).catch(() => undefined);
    await page.waitForTimeout(200);
  }
}
