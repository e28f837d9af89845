import { describe, expect, it } from 'vitest';
import { chatPanelForEach } from './chatPanel.ts';
import { emptyView, examplesView } from './chatScenes.ts';
import { chatTexts } from './chatTexts.ts';

describe('the chat panel, with examples', () => {
  const panel = chatPanelForEach();
  const control = () => panel.opened.page.getByRole('combobox', { name: chatTexts.examples });
  const row = () => panel.opened.page.locator('.examples');

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
    expect(await panel.focused()).toBe(chatTexts.examples);
    await page.keyboard.press('ArrowDown');
    expect(await panel.sent()).toEqual([{ kind: 'examples', wanted: 1 }]);
    await panel.opened.send({ ...emptyView, examples: { wanted: 1, found: [] } });
    expect(await row().textContent()).toContain(chatTexts.examplesNone);
    expect(await panel.field().inputValue()).toBe('/doc ');
  });

  it('show their source and their number of tokens before they are sent, and with their question afterwards', async () => {
    const page = await panel.open(examplesView);
    expect(await page.locator('.asked + .note').textContent()).toBe('Examples given: totals (src/orders/totals.ts:3)');
    await panel.field().fill('/doc');
    expect(await row().ariaSnapshot()).toMatchInlineSnapshot(`
      "- text: Examples
      - combobox "Examples":
        - option "0"
        - option "1"
        - option "2" [selected]
        - option "3"
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
