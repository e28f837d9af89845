import { describe, expect, it } from 'vitest';
import type { ChatView } from '../../webview/protocol/chat.ts';
import { chatPanelForEach } from './chatPanel.ts';
import { answer, shadedView, talkView } from './chatScenes.ts';
import { chatTexts } from './chatTexts.ts';

describe('shading of answers', () => {
  const panel = chatPanelForEach();
  const { open, button, sent, frames } = panel;
  /** The shaded texts, by level. */
  const shaded = async () => {
    await frames();
    return panel.opened.page.evaluate(
      `Object.fromEntries([...CSS.highlights].map(([name, ranges]) => [name, [...ranges].map(String)]))`,
    );
  };

  it('is turned on and off with a button that says what it does', async () => {
    const page = await open(talkView);
    expect(await button(chatTexts.shade).getAttribute('aria-pressed')).toBe('false');
    expect(await page.getByText(chatTexts.shadeLow).count()).toBe(0);
    await button(chatTexts.shade).press('Enter');
    expect(await sent()).toEqual([{ kind: 'shade', on: true }]);
    await panel.opened.send(shadedView);
    expect(await button(chatTexts.shade).getAttribute('aria-pressed')).toBe('true');
    expect(await page.locator('.shades').getAttribute('title')).toBe(chatTexts.shadeNote);
    await button(chatTexts.shade).press('Space');
    expect(await sent()).toEqual([{ kind: 'shade', on: false }]);
  });

  it('shades prose, code and tables, and can be removed', async () => {
    await open(shadedView);
    expect(await shaded()).toEqual({
      'doubt-low': ['gives ', 'fall '],
      'doubt-lowest': ['it', 'Order[]', 'over', 'an empty map'],
    });
    await panel.opened.send(talkView);
    expect(await shaded()).toEqual({ 'doubt-low': [], 'doubt-lowest': [] });
  });

  it('does not change the text, its selection, or what a screen reader reads', async () => {
    const page = await open(talkView);
    const article = page.getByRole('article', { name: chatTexts.paddock });
    const selected = () =>
      page.evaluate(`getSelection().selectAllChildren(document.querySelector('.markdown')); String(getSelection())`);
    const before = [await selected(), await article.ariaSnapshot(), await article.innerHTML()];
    await panel.opened.send(shadedView);
    await frames();
    expect([await selected(), await article.ariaSnapshot(), await article.innerHTML()]).toEqual(before);
  });

  it('applies to the shown answer, once it has ended', async () => {
    const doubts = [{ from: 0, to: 3, level: 'low' as const }];
    const growing: ChatView = { ...shadedView, busy: true, messages: [answer('a', 'One', { state: 'streaming' })] };
    await open(growing);
    await panel.opened.send({ kind: 'piece', message: 'a', text: ' two' });
    expect(await shaded()).toEqual({});
    await panel.opened.send({ ...growing, busy: false, messages: [answer('a', 'One two', { doubts })] });
    expect(await shaded()).toEqual({ 'doubt-low': ['One'] });
    await panel.opened.send({ ...growing, busy: false, messages: [answer('b', '`Another` one', { doubts })] });
    expect(await shaded()).toEqual({ 'doubt-low': ['An'] });
  });
});
