import { describe, expect, it } from 'vitest';
import { fill } from '../../webview/shared/fill.ts';
import { chatPanelForEach } from './chatPanel.ts';
import { answer, talkView, unknownView } from './chatScenes.ts';
import { chatTexts } from './chatTexts.ts';

describe('names that exist nowhere', () => {
  const panel = chatPanelForEach();
  const { open } = panel;
  const underlined = () => panel.opened.page.locator('.unknown');
  const tip = () => panel.opened.page.getByRole('tooltip');
  const said = (name: string) => fill(chatTexts.unknownName, name);

  it('are underlined in code, not in comments and strings', async () => {
    await open(unknownView);
    expect(await underlined().allTextContents()).toEqual([
      ...['loadOrders', 'loadOrders', 'loadOrders', 'toRegionKey', 'byCustomerName'],
    ]);
    expect(
      await underlined()
        .first()
        .evaluate((name) => getComputedStyle(name).textDecorationStyle),
    ).toBe('dotted');
  });

  it('are explained under the pointer, and not once it leaves', async () => {
    const page = await open(unknownView);
    await page.locator('pre .unknown').last().hover();
    expect(await tip().textContent()).toBe(said('byCustomerName'));
    const box = await tip().boundingBox();
    expect(box && box.x >= 0 && box.x + box.width <= 360).toBe(true);
    await page.locator('.asked').hover();
    expect(await tip().count()).toBe(0);
  });

  it('are explained by keyboard, once per block, until Escape', async () => {
    const page = await open(unknownView);
    await page.locator('pre').focus();
    const seen: (string | null)[] = [];
    for (let name = 0; name < 3; name++) {
      await page.keyboard.press('Tab');
      seen.push(await tip().textContent());
    }
    expect(seen).toEqual([said('loadOrders'), said('toRegionKey'), said('byCustomerName')]);
    const described = 'document.getElementById(document.activeElement.getAttribute("aria-describedby")).textContent';
    expect(await page.evaluate(described)).toBe(said('byCustomerName'));
    await page.keyboard.press('Escape');
    expect(await tip().count()).toBe(0);
    expect(await page.evaluate('document.activeElement.textContent')).toBe('byCustomerName');
  });

  it('leave the text as it is, and appear when they have been looked up', async () => {
    const page = await open({ ...unknownView, messages: unknownView.messages.map((message) => ({ ...message, unknown: [] })) });
    expect(await underlined().count()).toBe(0);
    const copied = () =>
      page.evaluate(`getSelection().selectAllChildren(document.querySelector('.markdown')); String(getSelection())`);
    const before = await copied();
    await panel.opened.send(unknownView);
    expect(await underlined().count()).toBe(5);
    expect(await copied()).toBe(before);
  });

  it('are specific to one answer', async () => {
    await open({
      ...talkView,
      messages: [answer('a', '`one()`', { unknown: ['one'] }), answer('b', '`one()` `two()`', { unknown: ['two'] })],
    });
    expect(await underlined().allTextContents()).toEqual(['one', 'two']);
  });
});
