import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { screenshots } from '../support/paths.ts';
import { until } from '../support/until.ts';
import { changeKept, openChat, panelIn, panelSaying, withTurn } from './chatPanel.ts';
import { chooseTheme, faultsIn, THEMES } from './inThemes.ts';
import { type OwnWindow, openWindow } from './ownWindow.ts';
import { untilReady } from './palette.ts';
import { keep } from './sight.ts';

/** The width of the side bar, in pixels. */
const NARROW = 200;

const ANSWER =
  'It adds the numbers of a [list](https://paddock.example/lists), and `0` for none:\n\n' +
  '```ts\nexport function sum(numbers: readonly number[]): number {\n  return numbers.reduce((total, each) => total + each, 0); // all\n}\n```\n\n' +
  '| numbers | sum |\n| --- | --- |\n| none | 0 |\n\n> Mind that they are *finite*.';

let own: OwnWindow | undefined;
let page: Page;

beforeAll(async () => {
  own = await openWindow();
  ({ page } = own);
  await openChat(page);
  await page.keyboard.type('Hello.');
  await page.keyboard.press('Enter');
  await panelSaying(page, /Hello\.[\s\S]*tokens\/s/);
  await changeKept(own.folder, (conversation) => withTurn(conversation, 'What does `sum` do?', 0, ANSWER));
  await page.reload();
  await untilReady(page);
  await openChat(page);
}, 400_000);
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await keep(page, screenshots, 'themes-failed');
});
afterAll(async () => {
  await own?.close();
});

test('the panel is right in each theme of VS Code, wide and 200 px narrow', { timeout: 400_000 }, async () => {
  const panel = await panelIn(page);
  const found: string[] = [];
  for (const width of [400, NARROW]) {
    await giveWidth(page, width);
    for (const theme of THEMES) {
      await chooseTheme(own as OwnWindow, panel, theme);
      const name = `${theme[0]}, ${width} px`;
      await keep(page, screenshots, `chat-${name.toLowerCase().replaceAll(/\W+/g, '-')}`);
      for (const each of await faultsIn(panel)) found.push(`${name}: ${each}`);
    }
  }
  expect(found).toEqual([]);
});

/** Drags the side bar's border to this width. */
async function giveWidth(page: Page, width: number): Promise<void> {
  const bar = page.locator('.part.sidebar');
  const box = async () => (await bar.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  const { x, y, width: before, height } = await box();
  await page.mouse.move(x + before, y + height / 2);
  await page.mouse.down();
  await page.mouse.move(x + width, y + height / 2, { steps: 5 });
  await page.mouse.up();
  await until('the side bar to have its width', async () => Math.abs((await box()).width - width) <= 2);
}
