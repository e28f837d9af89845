import { describe, expect, it } from 'vitest';
import { chatPanelForEach } from './chatPanel.ts';
import { talkView } from './chatScenes.ts';
import { chatTexts } from './chatTexts.ts';
import { pageForEach } from './pageForEach.ts';
import { themes } from './themes.ts';

describe('a button of a page', () => {
  const panel = chatPanelForEach();

  it('is pressed by Enter and by Space, which have no other effect', async () => {
    const page = await panel.open(talkView);
    const edit = page.getByRole('button', { name: chatTexts.edit, exact: true }).first();
    await edit.press('Enter');
    await expect.poll(panel.focused).toBe(chatTexts.edit);
    await page.waitForTimeout(50);
    expect(await page.locator('.editor textarea').inputValue()).toBe('How do I group a list by a key in TypeScript?');
    await page.keyboard.press('Escape');
    await page.setViewportSize({ width: 360, height: 500 });
    const copy = page.getByRole('figure').getByRole('button', { name: chatTexts.copy, exact: true });
    // The panel follows its new size a moment later, to its end.
    const scrolled = async () => {
      await copy.blur();
      await copy.focus();
      return panel.rest();
    };
    await expect.poll(scrolled).toBeGreaterThan(0);
    const rest = await panel.rest();
    await page.keyboard.press('Space');
    await page.waitForTimeout(150);
    expect(await panel.rest()).toBe(rest);
    expect(await panel.sent()).toMatchObject([{ kind: 'code', action: 'copy' }]);
  });

  it('is pressed only once by a held key', async () => {
    const page = await panel.open(talkView);
    await panel.button(chatTexts.shade).focus();
    for (let i = 0; i < 3; i++) await page.keyboard.down('Enter');
    await page.keyboard.up('Enter');
    await page.keyboard.press('Enter');
    expect((await panel.sent()).map(({ kind }) => kind)).toEqual(['shade', 'shade']);
  });

  it('cannot be pressed or focused while disabled, and says so', async () => {
    const page = await panel.open({ ...talkView, busy: true });
    const again = panel.button(chatTexts.regenerate).first();
    expect(await again.isDisabled()).toBe(true);
    await again.evaluate((button) => button.focus());
    expect(await again.evaluate((button) => button === document.activeElement)).toBe(false);
    await again.click({ force: true });
    await page.keyboard.press('Enter');
    expect(await panel.sent()).toEqual([]);
    await panel.opened.send(talkView);
    await again.press('Enter');
    expect(await panel.sent()).toEqual([{ kind: 'regenerate', message: 'a1' }]);
  });
});

describe('the focus of a button', () => {
  const chat = pageForEach('chat', chatTexts);

  it('is visible after keyboard navigation, as a single outline', async () => {
    const { page, send } = await chat.open(360, themes.light);
    await send(talkView);
    const solid = (name: string) =>
      page
        .getByRole('button', { name, exact: true })
        .evaluate((button) =>
          [button, button.shadowRoot?.querySelector('.base') ?? button]
            .map((each) => getComputedStyle(each).outlineStyle)
            .filter((line) => line === 'solid'),
        );
    await page.getByRole('button', { name: chatTexts.shade }).click();
    expect(await solid(chatTexts.shade)).toEqual([]);
    await page.keyboard.press('Tab');
    expect(await solid(chatTexts.newConversation)).toEqual(['solid']);
  });
});
