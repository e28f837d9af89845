import type { Frame, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { screenshots } from '../support/paths.ts';
import { until } from '../support/until.ts';
import { chooseTheme, faultsIn, THEMES } from './inThemes.ts';
import { type OwnWindow, openWindow } from './ownWindow.ts';
import { PATIENCE, runCommand } from './palette.ts';
import { keep } from './sight.ts';

/** Widths of the window, in pixels; a page of its editor has what the side bar leaves. */
const WIDE = 1_300;
const NARROW = 640;
/** So that pictures show whole pages. */
const HEIGHT = 2_600;

let own: OwnWindow | undefined;
let page: Page;

beforeAll(async () => {
  own = await openWindow();
  ({ page } = own);
}, 400_000);
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await keep(page, screenshots, 'page-themes-failed');
});
afterAll(async () => {
  await own?.close();
});

test('what was measured of the context window can be read in each theme of VS Code', { timeout: 600_000 }, async () => {
  await runCommand(page, 'Measure Context');
  const frame = await pageCalled('Measure Context');
  await frame.getByText('There is code for windows up to').waitFor();
  for (const box of await frame.getByRole('checkbox').all()) await box.check();
  await frame.getByRole('spinbutton').first().fill('2');
  await frame.getByRole('button', { name: 'Measure', exact: true }).click();
  await frame
    .getByRole('button', { name: /^Use in Chat/ })
    .first()
    .waitFor({ timeout: PATIENCE });
  await frame.getByRole('button', { name: 'Stop' }).waitFor({ state: 'hidden', timeout: PATIENCE });
  expect(await faultsInThemes(frame, 'context')).toEqual([]);
});

test('an audit can be read in each theme of VS Code', { timeout: 600_000 }, async () => {
  await runCommand(page, 'Audit Refusals');
  const frame = await pageCalled('Audit Refusals');
  await frame.getByRole('button', { name: 'Run Audit', exact: true }).click();
  await frame.getByText('Treated wrongly, by word or subject').waitFor({ timeout: PATIENCE });
  expect(await faultsInThemes(frame, 'audit')).toEqual([]);
});

/** What is wrong with a page, theme by theme, wide and narrow. @param name of the pictures that are left */
async function faultsInThemes(frame: Frame, name: string): Promise<string[]> {
  const found: string[] = [];
  for (const width of [WIDE, NARROW]) {
    await page.setViewportSize({ width, height: HEIGHT });
    for (const theme of THEMES) {
      await chooseTheme(own as OwnWindow, frame, theme);
      const where = `${theme[0]}, ${width} px`;
      await page.waitForTimeout(500); // the window is drawn anew
      await keep(page, screenshots, `${name}-${where.toLowerCase().replaceAll(/\W+/g, '-')}`);
      for (const each of await faultsIn(frame)) found.push(`${where}: ${each}`);
    }
  }
  return found;
}

/** The frame of a page that lies in others. @param heading its first */
async function pageCalled(heading: string): Promise<Frame> {
  let found: Frame | undefined;
  await until(`a page called ${heading}`, async () => {
    for (const frame of page.frames()) {
      const count = await frame
        .locator('body[data-shown] h1', { hasText: heading })
        .count()
        .catch(() => 0);
      if (count > 0) found = frame;
    }
    return found !== undefined;
  });
  return found as Frame;
}
