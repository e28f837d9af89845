import { describe, expect, it } from 'vitest';
import type { ChatView } from '../../webview/protocol/chat.ts';
import type { AnswerNumbers, ShownMessage } from '../../webview/protocol/chatMessages.ts';
import { chatPanelForEach } from './chatPanel.ts';
import { answer, longView, streamingView, talkView } from './chatScenes.ts';
import { chatTexts } from './chatTexts.ts';

describe('the conversation of the chat panel', () => {
  const panel = chatPanelForEach();

  it('edits a question in place', async () => {
    const page = await panel.open(talkView);
    await page.keyboard.press('ArrowUp');
    await expect.poll(panel.focused).toBe(chatTexts.edit);
    await page.keyboard.press('Escape');
    await expect.poll(panel.focused).toBe(chatTexts.message);
    await page.keyboard.press('ArrowUp');
    await expect.poll(panel.focused).toBe(chatTexts.edit);
    await page.keyboard.type(' Now.');
    await page.keyboard.press('Enter');
    expect(await panel.sent()).toEqual([
      { kind: 'edit', message: 'q1', text: 'How do I group a list by a key in TypeScript? Now.' },
    ]);
    await expect.poll(panel.focused).toBe(chatTexts.message);
  });

  it('gives the keyboard to the field when a conversation was begun, wherever it was, and closes the list of conversations', async () => {
    const page = await panel.open(talkView);
    await page.getByText(chatTexts.pin, { exact: true }).focus();
    await panel.opened.send({ kind: 'begun' });
    await expect.poll(panel.focused).toBe(chatTexts.message);
    await panel.button(chatTexts.conversations).click();
    await expect.poll(panel.focused).toBe(chatTexts.search);
    await panel.button(chatTexts.newConversation).click();
    expect((await panel.sent()).at(-1)).toEqual({ kind: 'new' });
    await panel.opened.send({ kind: 'begun' });
    await expect.poll(panel.focused).toBe(chatTexts.message);
    expect(await panel.field().isVisible()).toBe(true);
  });

  it('does not send an edited question or regenerate an answer while there can be none', async () => {
    const page = await panel.open(talkView);
    await page.keyboard.press('ArrowUp');
    await expect.poll(panel.focused).toBe(chatTexts.edit);
    await page.keyboard.type(' Now.');
    const editor = page.locator('.editor');
    const again = panel.button(chatTexts.regenerate);
    for (const view of [
      { ...talkView, busy: true },
      { ...talkView, model: { ...talkView.model, canAnswer: false } },
    ]) {
      await panel.opened.send(view);
      await panel.frames();
      expect(await editor.getByRole('button', { name: chatTexts.send }).isDisabled()).toBe(true);
      expect(await again.isDisabled()).toBe(true);
      await page.keyboard.press('Enter');
      expect(await editor.getByRole('textbox').inputValue()).toBe('How do I group a list by a key in TypeScript? Now.');
    }
    expect(await panel.sent()).toEqual([]);
    await panel.opened.send(talkView);
    await panel.frames();
    await page.keyboard.press('Enter');
    expect((await panel.sent()).map(({ kind }) => kind)).toEqual(['edit']);
  });

  it('carries out the actions of an answer', async () => {
    const page = await panel.open(talkView);
    const article = page.getByRole('article', { name: chatTexts.paddock });
    for (const name of [chatTexts.previousVersion, chatTexts.nextVersion, chatTexts.regenerate]) {
      await article.getByRole('button', { name }).click();
    }
    await article.locator('.actions').getByRole('button', { name: chatTexts.copy }).click();
    expect(await panel.sent()).toEqual([
      { kind: 'version', message: 'a1', index: 0 },
      { kind: 'version', message: 'a1', index: 2 },
      { kind: 'regenerate', message: 'a1' },
      { kind: 'copy', message: 'a1' },
    ]);
    expect(await article.getByText('214 tokens · 38 tokens/s').textContent()).toBe(
      '214 tokens · 38 tokens/s · first after 312 ms · CPU',
    );
  });

  it('shows the attachments of a question', async () => {
    const page = await panel.open(talkView);
    const article = page.getByRole('article', { name: chatTexts.you });
    await article.getByRole('button', { name: 'orders.ts:1–24' }).press('Enter');
    expect(await panel.sent()).toEqual([{ kind: 'showAttachment', id: 'a1' }]);
  });

  it('says that an answer is empty', async () => {
    const page = await panel.open({ ...talkView, messages: [talkView.messages[0] as ShownMessage, answer('a1', '')] });
    const article = page.getByRole('article', { name: chatTexts.paddock });
    expect(await article.getByText(chatTexts.wordless).isVisible()).toBe(true);
  });

  it('keeps the focus at a message when another version is shown, or when it is answered again', async () => {
    const page = await panel.open(talkView);
    const asked = talkView.messages[0] as ShownMessage;
    const article = () => page.getByRole('article', { name: chatTexts.paddock });
    const version = (index: number, count: number) => ({ version: { index, count } });
    await article().getByRole('button', { name: chatTexts.previousVersion }).focus();
    await panel.opened.send({ ...talkView, messages: [asked, answer('a0', 'Once.', version(1, 4))] });
    expect(await panel.focused()).toBe(chatTexts.previousVersion);
    await panel.opened.send({ ...talkView, messages: [asked, answer('a00', 'At first.', version(0, 4))] });
    expect(await panel.focused()).toBe(chatTexts.paddock);
    await article().getByRole('button', { name: chatTexts.regenerate }).focus();
    await panel.opened.send({ ...talkView, messages: [asked, answer('a4', '', { state: 'streaming', ...version(4, 5) })] });
    expect(await page.evaluate('document.activeElement.id')).toBe('message-a4');
    await panel.field().focus();
    await panel.opened.send({ ...talkView, messages: [asked, answer('a5', 'Yes.', version(5, 6))] });
    expect(await panel.focused()).toBe(chatTexts.message);
  });

  it('uses the singular for one', async () => {
    const one = { ...talkView.messages[1]?.numbers, tokens: 1 } as AnswerNumbers;
    const page = await panel.open({
      ...talkView,
      messages: [answer('a1', 'Yes', { numbers: one })],
      attachments: [{ id: 'x', label: 'x.ts', tokens: 1 }],
      history: [{ id: 'c1', title: 'Short', when: 'now', messages: 1 }],
    });
    expect(await page.getByText('1 token ·').count()).toBe(1);
    expect(await page.locator('.chips').allTextContents()).toEqual(['x.ts1 token']);
    await panel.button(chatTexts.conversations).click();
    expect(await page.locator('.entry').allTextContents()).toEqual(['Shortnow · 1 message']);
  });

  it('carries out the actions of code', async () => {
    const page = await panel.open({ ...talkView, messages: [answer('a', '```ts\nlet a;\n```')] });
    const code = page.getByRole('figure', { name: 'Code: ts' });
    for (const name of [chatTexts.copy, chatTexts.insertCode, chatTexts.applyCode, chatTexts.newFile]) {
      await code.getByRole('button', { name }).click();
    }
    const action = { kind: 'code', message: 'a', code: 'let a;', language: 'ts' };
    const actions = ['copy', 'insert', 'apply', 'newFile'];
    expect(await panel.sent()).toEqual(actions.map((each) => ({ ...action, action: each })));
  });

  it('adds pieces to the last answer only, and announces it when it is complete', async () => {
    const page = await panel.open(streamingView);
    expect(await page.getByRole('status').textContent()).toBe('');
    await page.evaluate(`
      globalThis.changed = new Set();
      new MutationObserver((records) => records.forEach(({ target }) =>
        changed.add((target.closest ?? target.parentElement.closest).call(target.closest ? target : target.parentElement, 'article')?.id)))
        .observe(document.body, { childList: true, subtree: true, characterData: true, attributes: true });`);
    for (const text of ['([key, all]', ') => [key, all.length]),\n);', '\n```\n\nThat **is']) {
      await panel.opened.send({ kind: 'piece', message: 'a2', text });
      await panel.frames();
    }
    const last = page.getByRole('article').last();
    expect(await last.locator('pre').textContent()).toBe(
      'const counts = new Map(\n  [...byCustomer(orders)].map(([key, all]) => [key, all.length]),\n);',
    );
    expect(await last.locator('.markdown > p').last().textContent()).toBe('That **is');
    expect(await page.evaluate('[...changed]')).toEqual(['message-a2']);
    const { messages } = streamingView;
    const done = [...messages.slice(0, -1), answer('a2', 'Count them.')];
    await panel.opened.send({ ...streamingView, busy: false, messages: done });
    expect(await page.getByRole('status').textContent()).toBe('Count them.');
  });

  it('draws many pieces at once', async () => {
    const page = await panel.open({ ...talkView, busy: true, messages: [answer('a', '', { state: 'streaming' })] });
    await page.evaluate(`
      globalThis.drawn = 0;
      new MutationObserver(() => { drawn += 1; }).observe(document.querySelector('article'), { childList: true, subtree: true, characterData: true });
      for (let piece = 0; piece < 100; piece++)
        dispatchEvent(new MessageEvent('message', { data: { kind: 'piece', message: 'a', text: piece + ' ' } }));`);
    await panel.frames();
    expect(await page.evaluate('drawn')).toBe(1);
    expect(await page.locator('.markdown').textContent()).toMatch(/^0 1 2 .* 99$/);
  });

  it('draws the end of a long conversation, and earlier messages when scrolling there', async () => {
    const page = await panel.open(longView(10_000));
    expect(await page.getByRole('article').count()).toBe(30);
    expect(await page.getByText('Answer 9999.').isVisible()).toBe(true);
    await page.evaluate('document.getElementById("message-m9970").scrollIntoView()');
    const placeOf = () => page.evaluate<number>('document.getElementById("message-m9970").getBoundingClientRect().top');
    const place = await placeOf();
    await expect.poll(() => page.getByRole('article').count()).toBe(60);
    await panel.frames();
    expect(await placeOf()).toBeCloseTo(place, -1);
    await panel.button(chatTexts.latest).click();
    await expect.poll(() => page.getByRole('article').count()).toBe(30);
    await expect.poll(panel.rest).toBeLessThan(2);
    expect(await page.getByText('Answer 9999.').isVisible()).toBe(true);
  });

  it('stays at the end while an answer grows, unless scrolled up', async () => {
    const growing: ChatView = { ...longView(20), busy: true };
    const page = await panel.open({ ...growing, messages: [...growing.messages, answer('a', '', { state: 'streaming' })] });
    const grow = async () => {
      await panel.opened.send({ kind: 'piece', message: 'a', text: 'line\n\n'.repeat(50) });
      await panel.frames();
    };
    await grow();
    expect(await panel.rest()).toBeLessThan(2);
    await page.evaluate(`document.querySelector('.messages').scrollBy(0, -300)`);
    await panel.frames();
    await grow();
    expect(await panel.rest()).toBeGreaterThan(300);
    expect(await panel.button(chatTexts.latest).isVisible()).toBe(true);
  });
});
