import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { folderForAll } from '../support/testFolders.ts';
import { launch } from '../vscode/browser.ts';
import { type OpenPage, type ServedPage, servePage } from './openPage.ts';
import type { Theme } from './themes.ts';

/** Opens the page under test, and gives access to the one opened last. */
export interface PageForEach {
  open(width: number, theme?: Theme): Promise<OpenPage>;
  readonly opened: OpenPage;
}

/**
 * A page for the tests of the file or group that calls this. Server and browser run from before the first test to after the last. A page
 * opened by a test is closed after it, and must not have reported errors.
 * @param source folder below webview
 * @param data the page's initial data
 */
export function pageForEach(source: string, data: unknown): PageForEach {
  const folder = folderForAll();
  let browser: Browser;
  let served: ServedPage;
  const pages: OpenPage[] = [];

  beforeAll(async () => {
    served = await servePage(path.join(folder.path, 'page'), source, data);
    browser = await launch(console.log);
  });
  afterEach(async () => {
    const all = pages.splice(0);
    for (const { page } of all) await page.close();
    expect(all.flatMap(({ complaints }) => complaints)).toEqual([]);
  });
  afterAll(async () => {
    await browser?.close();
    await served?.close();
  });

  return {
    open: async (width, theme) => {
      const page = await served.open(browser, width, theme);
      pages.push(page);
      return page;
    },
    get opened() {
      const last = pages.at(-1);
      if (!last) throw new Error('This test has opened no page.');
      return last;
    },
  };
}
