/**
 * Pictures of pages in editor tabs, for README and guide: `npm run pictures` takes them with all others, `node test/webview/pagePictures.ts NAME…`
 * only these.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { root } from '../support/paths.ts';
import { launch } from '../vscode/browser.ts';
import { auditedView } from './auditedView.ts';
import { drawnPreferences } from './drawnPreferences.ts';
import { inEnglish } from './inEnglish.ts';
import { keepPicture } from './keepPicture.ts';
import { measuredView } from './measuredView.ts';
import { servePage } from './openPage.ts';
import { themes } from './themes.ts';

interface PagePicture {
  /** Folder below webview. */
  readonly source: string;
  readonly theme: keyof typeof themes;
  /** In CSS pixels. */
  readonly height: number;
  /** Top of the picture. */
  readonly from: string;
  texts(): Promise<unknown>;
  view(conversions: string): Promise<unknown>;
}

/** The views are measured, audited or drawn while the pictures are taken, so that these show current results. */
const pictures: Readonly<Record<string, PagePicture>> = {
  measurement: {
    ...{ source: 'context', theme: 'light', height: 530, from: '.report' },
    texts: async () => (await inEnglish(() => import('../../extension/contextMeasurement/pageText.ts'))).contextTexts(),
    view: measuredView,
  },
  audit: {
    ...{ source: 'audit', theme: 'dark', height: 560, from: 'h2:has(+ .plotted)' },
    texts: async () => (await inEnglish(() => import('../../extension/audit/pageText.ts'))).auditTexts(),
    view: (conversions) => auditedView(conversions, 0.9),
  },
  preferences: {
    ...{ source: 'preferences', theme: 'light', height: 1_470, from: 'section:has(> .meter)' },
    texts: async () => (await inEnglish(() => import('../../extension/preferences/pageText.ts'))).preferencesTexts(),
    view: async () => {
      const texts = await inEnglish(() => import('../../extension/preferences/pageText.ts'));
      return drawnPreferences(texts.preferencesWords());
    },
  },
};
const WIDTH = 760;
/** Space above the first line of a picture. */
const MARGIN = 12;

/**
 * @param folder for temporary files
 * @param only names of the pictures to take; none for all
 */
export async function takePages(browser: Browser, folder: string, target: string, only: readonly string[] = []): Promise<void> {
  for (const [name, picture] of Object.entries(pictures)) {
    if (only.length === 0 || only.includes(name)) await take(browser, folder, path.join(target, `${name}.png`), picture);
  }
}

async function take(browser: Browser, folder: string, file: string, picture: PagePicture): Promise<void> {
  const { source, theme, height, from } = picture;
  const served = await servePage(path.join(folder, source), source, await picture.texts());
  const { page, send } = await served.open(browser, WIDTH, themes[theme]);
  await page.setViewportSize({ width: WIDTH, height: 3_000 });
  await send(await picture.view(path.join(folder, 'conversions')));
  await page.waitForTimeout(300);
  await keepPicture(page, file, height, await topOf(page, from));
  await page.close();
  await served.close();
}

async function topOf(page: Page, selector: string): Promise<number> {
  const box = await page.locator(selector).first().boundingBox();
  return Math.max(0, (box?.y ?? 0) - MARGIN);
}

if (import.meta.main) {
  const folder = await mkdtemp(path.join(tmpdir(), 'paddock-pages-'));
  const browser = await launch(console.log);
  try {
    await takePages(browser, folder, path.join(root, 'media/pictures'), process.argv.slice(2));
  } finally {
    await browser.close();
    await rm(folder, { recursive: true });
  }
}
