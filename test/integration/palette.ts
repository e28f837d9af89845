import type { Page } from 'playwright-core';
import { until } from '../support/until.ts';
import { look } from './sight.ts';

/** How long a window or an answer may take to come on a machine with other things to do, in ms. */
export const PATIENCE = 120_000;

export async function untilReady(page: Page): Promise<void> {
  const isReady = async () => (await look(page)).status.startsWith('Paddock: Ready, with ');
  await until('Paddock to be ready', isReady, PATIENCE);
}

/** Runs a command by the command palette, as a person without a mouse does. @param title without the category */
export async function runCommand(page: Page, title: string): Promise<void> {
  await page.keyboard.press('F1');
  await page.locator('.quick-input-widget:visible input').waitFor();
  await page.keyboard.type(`Paddock: ${title}`);
  await until('the command', async () => (await look(page)).list[0]?.includes(title) ?? false);
  await page.keyboard.press('Enter');
}
