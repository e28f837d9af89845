import type { CDPSession, Frame, Locator, Page } from 'playwright-core';
import { note } from './sight.ts';

/** What hands do at the keyboard. */
export type Stroke =
  /** Keys one after the other, as they stand in the text. */
  | { readonly type: string }
  /** One key and those that are held down with it, by their names in Playwright, such as `ControlOrMeta+ArrowRight`. */
  | { readonly press: string }
  /** A click on what a selector of CSS names. */
  | { readonly click: string }
  /** A click on what a selector of Playwright names in a page of Paddock, the last of several. */
  | { readonly clickInPage: string }
  /** What an input method shows, one after the other, while somebody composes a word with it. */
  | { readonly compose: readonly string[] }
  /** What the input method puts there in the end. */
  | { readonly commit: string }
  /** A click on what says this, such as an entry of a menu or a link. */
  | { readonly choose: string };

/** How long something to click on may take to be there, in ms. */
const CHOICE_PATIENCE = 15_000;

/** One that does something and does not open a menu of its own. */
const MENU_ENTRY = '.monaco-menu [role^=menuitem]:not([aria-haspopup=true])';

/** Strikes keys in a window; then tells what stands in it, as {@link note} does. */
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

/** Waits for something that can be seen, in the window first, then in the pages that stand in it. */
async function visible(page: Page, what: string, find: (frame: Frame) => Locator): Promise<{ frame: Frame; last: Locator }> {
  const patience = performance.now() + CHOICE_PATIENCE;
  do {
    for (const frame of page.frames()) {
      // Menus and lists lie behind the rest of the page.
      const last = find(frame).filter({ visible: true }).last();
      // A frame may go while it is looked at.
      if (await last.isVisible().catch(() => false)) return { frame, last };
    }
    await page.waitForTimeout(50);
  } while (performance.now() < patience);
  throw new Error(`There is nothing like ${what} in the window.`);
}

/**
 * Entries of VS Code's menus take no click in their first tenth of a second, lest the click that opens a menu chooses from it: one that is
 * still there is clicked again.
 */
async function clickEntry(page: Page, entry: Locator): Promise<void> {
  while (await entry.isVisible()) {
    // It may go while this is under way: then it has been taken.
    await entry.click({ timeout: 1_000 }).catch(() => undefined);
    await page.waitForTimeout(200);
  }
}
