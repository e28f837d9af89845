import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { screenshots } from '../support/paths.ts';
import { until } from '../support/until.ts';
import { PAYLOADS } from '../webview/chatPayloads.ts';
import { changeKept, openChat, panelIn, panelSaying, withTurn } from './chatPanel.ts';
import { type OwnWindow, openWindow } from './ownWindow.ts';
import { PATIENCE, untilReady } from './palette.ts';
import { keep, look } from './sight.ts';

describe('the chat after its window is reloaded', () => {
  let folder = '';
  let own: OwnWindow | undefined;
  let page: Page;

  beforeAll(async () => {
    own = await openWindow();
    ({ folder, page } = own);
  }, 300_000);
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await keep(page, screenshots, 'chat-reload-failed');
  });
  afterAll(async () => {
    await own?.close();
  });

  it('shows the conversation as it was, including the answer', { timeout: 400_000 }, async () => {
    await openChat(page);
    await page.keyboard.type('What is a paddock?');
    await page.keyboard.press('Enter');
    const before = await panelSaying(page, /tokens\/s/);
    expect(before).toContain('What is a paddock?');
    await page.reload();
    await untilReady(page);
    await openChat(page);
    const after = await panelSaying(page, /tokens\/s/);
    await keep(page, screenshots, 'chat-reloaded');
    expect(conversationIn(after)).toBe(conversationIn(before));
  });

  it('shades what the model was unsure of on a click, and says what the shades mean', { timeout: 400_000 }, async () => {
    const panel = await panelIn(page);
    const shaded = () => panel.evaluate<string[]>(SHADED);
    expect(await shaded()).toEqual([]);
    const button = panel.getByRole('button', { name: 'Shade What the Model Was Unsure Of' });
    await button.click();
    await panelSaying(page, /Probability to the model: below 50% below 10%/);
    await until('shades', async () => (await shaded()).length > 0);
    await keep(page, screenshots, 'chat-shaded');
    const answer = await panel.locator('article[aria-label=Paddock] .markdown').textContent();
    for (const each of await shaded()) expect(answer).toContain(each);
    await button.click();
    await until('the shades to be gone', async () => (await shaded()).length === 0);
  });

  it('keeps an unsent message and its attachments when the window is reloaded', { timeout: 400_000 }, async () => {
    await openChat(page);
    await page.keyboard.type('@file');
    await page.keyboard.press('Enter');
    await until('the files', async () => (await look(page)).list.some((line) => line.startsWith('orders.ts')), PATIENCE);
    await page.keyboard.type('orders');
    await until('the file alone', async () => (await look(page)).list.length === 1, PATIENCE);
    await page.keyboard.press('Enter');
    await panelSaying(page, /src\/orders\.ts\s+\d+ tokens/);
    await openChat(page);
    await page.keyboard.type('What does it order?');
    await page.waitForTimeout(1_000); // the panel sends the draft after a pause in typing
    await page.reload();
    await untilReady(page);
    await openChat(page);
    await panelSaying(page, /src\/orders\.ts\s+\d+ tokens/);
    await keep(page, screenshots, 'chat-draft-reloaded');
    const panel = await panelIn(page);
    expect(await panel.locator('textarea:focus').inputValue()).toBe('What does it order?');
    await page.keyboard.press('Enter');
    await panelSaying(page, /What does it order\?\s+src\/orders\.ts[\s\S]*tokens\/s/);
  });

  it('draws hostile messages as text: nothing runs, is loaded or opened', { timeout: 400_000 }, async () => {
    await openChat(page);
    await page.keyboard.type('Hello.');
    await page.keyboard.press('Enter');
    await panelSaying(page, /Hello\.[\s\S]*tokens\/s/);
    await changeKept(folder, (conversation) => PAYLOADS.reduce((now, text, i) => withTurn(now, text, i), conversation));
    const reached: string[] = [];
    page.on('request', (request) => new URL(request.url()).host.endsWith('.example') && reached.push(request.url()));
    page.on('popup', (popup) => reached.push(`popup ${popup.url()}`));
    await page.reload();
    await untilReady(page);
    await openChat(page);
    const panel = await panelIn(page);
    await panel.evaluate(SHOW_ALL);
    await keep(page, screenshots, 'chat-hostile');
    expect(await panel.locator('article .markdown').count()).toBeGreaterThan(0.9 * PAYLOADS.length);
    const active = 'script, iframe, object, embed, img, link, style, base, form, video, audio, a';
    expect(await panel.locator(active.replaceAll(/\w+/g, '.messages $&')).count()).toBe(0);
    for (const frame of page.frames()) expect(await frame.evaluate('globalThis.ran'), frame.url()).toBeUndefined();
    expect(reached).toEqual([]);
  });

  it('opens a link only after its target was shown and confirmed', { timeout: 400_000 }, async () => {
    const address = 'https://paddock.example/manual?page=1';
    await changeKept(folder, (conversation) => withTurn(conversation, `See [the manual](${address}).`, PAYLOADS.length));
    const reached: string[] = [];
    page.on('popup', (popup) => reached.push(popup.url()));
    await page.reload();
    await untilReady(page);
    await openChat(page);
    const panel = await panelIn(page);
    const dialog = page.locator('.monaco-dialog-box', { hasText: address });
    const answer = async (key: 'Escape' | 'Enter') => {
      await panel.getByRole('button', { name: 'the manual' }).last().click();
      await dialog.locator(':focus').waitFor();
      expect(await dialog.textContent()).toContain('Open this link in the browser?');
      await keep(page, screenshots, `chat-link-${key}`);
      await page.keyboard.press(key);
    };
    await answer('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(reached).toEqual([]);
    await answer('Enter');
    // VS Code itself also asks before it opens a target it does not trust.
    const itsOwn = page.locator('.monaco-dialog-box', { hasText: 'external website' });
    await until('the link to be followed', async () => reached.length > 0 || (await itsOwn.isVisible()));
  });
});

/** The shaded texts. A string, because it runs in the page. */
const SHADED = "[...CSS.highlights].flatMap(([name, ranges]) => (name.startsWith('doubt-') ? [...ranges].map(String) : []))";

/** Scrolls so that all messages are drawn, not only the last ones. A string, because it runs in the page. */
const SHOW_ALL = `new Promise((drawn) => {
  const next = () => {
    const earlier = document.querySelector('.messages vscode-button.more');
    if (!earlier) return drawn();
    earlier.click();
    setTimeout(next, 50);
  };
  next();
})`;

/** The conversation part of the panel's text. The token count below it may still change. */
function conversationIn(said: string): string {
  return said.slice(0, said.indexOf('tokens/s'));
}
