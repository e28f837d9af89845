import type { Page } from 'playwright-core';
import { until } from '../support/until.ts';
import { look } from './sight.ts';

/** How long a window or an answer may take on a busy machine, in ms. */
export const PATIENCE = 120_000;

export async function untilReady(page: Page): Promise<void> {
  const isReady = async () => (await look(page)).status.startsWith('Paddock: Ready, with ');
  await until('Paddock to be ready', isReady, PATIENCE);
}

/**
 * Runs a command from the command palette by keyboard.
 * @param title without the category
 */
export async function runCommand(page: Page, title: string): Promise<void> {
  await page.keyboard.press('F1');
  await page.locator('.quick-input-widget:visible input').waitFor();
  await page.keyboard.type(`Paddock: ${title}`);
  await until('the command', async () => (await look(page)).list[0]?.includes(title) ?? false);
  await page.keyboard.press('Enter');
}
