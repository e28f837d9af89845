import { describe, expect, it } from 'vitest';
import { MOST_EXAMPLES } from '../../webview/protocol/chatAttachments.ts';
import type { Gauge } from '../../webview/protocol/chatWindow.ts';
import { chatPanelForEach } from './chatPanel.ts';
import { emptyView, examplesView } from './chatScenes.ts';
import { chatTexts } from './chatTexts.ts';

describe('the chat panel, with examples', () => {
  const panel = chatPanelForEach();
  const control = () => panel.opened.page.getByRole('spinbutton', { name: chatTexts.examples });
  const row = () => panel.opened.page.locator('.examples');

  const chosenGauge = (leftOut: Gauge['leftOut']): Gauge => ({
    ...(examplesView.gauge as Gauge),
    segments: [{ segment: 'examples', tokens: 2_100 }],
    leftOut,
  });

  it('offers them only with commands that have some', async () => {
    await panel.open(emptyView);
    for (const text of ['/explain', ' /doc briefly', '/tests\nwith Vitest']) {
      await panel.field().fill(text);
      expect(await control().inputValue(), text).toBe('0');
    }
    for (const text of ['', '/fix', '/documents', 'what does /doc do?']) {
      await panel.field().fill(text);
      expect(await control().count(), text).toBe(0);
    }
  });

  it('are chosen by keyboard, which keeps the text in the field', async () => {
    const page = await panel.open(emptyView);
    await page.keyboard.type('/doc ');
    await page.keyboard.press('Shift+Tab');
    expect(await panel.focused()).toBe('examplesWanted');
    await page.keyboard.press('ArrowUp');
    expect(await panel.sent()).toEqual([{ kind: 'examples', wanted: 1 }]);
    await panel.opened.send({ ...emptyView, examples: { wanted: 1, found: [] } });
    expect(await row().textContent()).toContain(chatTexts.examplesNone);
    expect(await panel.field().inputValue()).toBe('/doc ');
  });

  it('are as many as one types, and it is said how many were found and which have no room', async () => {
    const page = await panel.open(emptyView);
    await panel.field().fill('/doc');
    await control().fill('40');
    await control().press('Enter');
    expect(await panel.sent()).toEqual([{ kind: 'examples', wanted: 40 }]);
    await control().fill('1000');
    await control().press('Enter');
    expect(await panel.sent()).toEqual([{ kind: 'examples', wanted: MOST_EXAMPLES }]);
    const found = Array.from({ length: 30 }, (_, i) => ({ label: `f${i} (src/f.ts:${i + 1})`, tokens: 100 + i }));
    const gauge = chosenGauge([{ kind: 'examples', count: 12, text: 'Examples left out, for want of room: 12.', message: '' }]);
    await panel.opened.send({ ...emptyView, gauge, examples: { wanted: 40, found } });
    expect(await row().locator('.row').textContent()).toBe('Examples2,100 tokensFound in the workspace: 30');
    const chips = row().getByRole('listitem');
    expect(await chips.count()).toBe(30);
    expect(await chips.filter({ hasText: chatTexts.noRoom }).allTextContents()).toEqual(
      found.slice(18).map(({ label, tokens }) => `${label}${tokens} tokens${chatTexts.noRoom}`),
    );
    // The list is scrolled by keys, and does not push the message out of sight.
    const list = row().getByRole('list');
    await list.focus();
    await page.keyboard.press('End');
    await expect.poll(() => list.evaluate((element) => element.scrollTop)).toBeGreaterThan(0);
    expect(await list.evaluate((element) => element.clientHeight)).toBeLessThan(200);
    await panel.opened.send({ ...emptyView, gauge, examples: { wanted: 30, found } });
    expect(await row().locator('.row').textContent()).toBe('Examples2,100 tokens');
  });

  it('show their source and their number of tokens before they are sent, and with their question afterwards', async () => {
    const page = await panel.open(examplesView);
    expect(await page.locator('.asked + .note').textContent()).toBe('Examples given: totals (src/orders/totals.ts:3)');
    await panel.field().fill('/doc');
    expect(await row().ariaSnapshot()).toMatchInlineSnapshot(`
      "- text: Examples
      - spinbutton "Examples": "2"
      - text: 226 tokens
      - list "Examples":
        - listitem "byCustomer (src/orders/byCustomer.ts:12)": byCustomer (src/orders/byCustomer.ts:12) 118 tokens
        - listitem "totals (src/orders/totals.ts:3)": totals (src/orders/totals.ts:3) 94 tokens"
    `);
    expect(await page.locator('.gauge table').textContent()).toMatch(/Examples\s*226/);
    await panel.open(examplesView, 200);
    await panel.field().fill('/doc');
    expect(await panel.opened.page.evaluate('document.documentElement.scrollWidth')).toBe(200);
  });
});
