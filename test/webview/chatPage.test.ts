import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ChatIntent, ChatView } from '../../webview/protocol/chat.ts';
import { folderForAll } from '../support/testFolders.ts';
import { launch } from '../vscode/browser.ts';
import {
  answer,
  emptyView,
  fullView,
  longCodeView,
  longView,
  noModelView,
  problemView,
  question,
  streamingView,
  talkView,
} from './chatScenes.ts';
import { chatTexts } from './chatTexts.ts';
import { type OpenPage, type ServedPage, servePage } from './openPage.ts';

const scenes = { emptyView, fullView, longCodeView, noModelView, problemView, streamingView, talkView };

describe('the chat panel', () => {
  const folder = folderForAll();
  let browser: Browser;
  let served: ServedPage;
  let opened: OpenPage;

  beforeAll(async () => {
    served = await servePage(path.join(folder.path, 'page'), 'chat', chatTexts);
    browser = await launch(console.log);
    opened = await served.open(browser, 360);
  });
  afterEach(() => expect(opened.complaints).toEqual([]));
  afterAll(async () => {
    await browser?.close();
    await served?.close();
  });

  /** Opens the panel anew, with a view. */
  const open = async (view: ChatView, width = 360): Promise<Page> => {
    const { page, send } = opened;
    await page.setViewportSize({ width, height: 900 });
    await page.reload();
    await send(view);
    return page;
  };
  /** What was sent since the last call, without the costs that were asked for. */
  const sent = async (): Promise<ChatIntent[]> => {
    const intents = await opened.page.evaluate<ChatIntent[]>('posted.splice(0)');
    return intents.filter(({ kind }) => kind !== 'ready' && kind !== 'draft');
  };
  const field = () => opened.page.getByRole('textbox', { name: chatTexts.message });
  const button = (name: string) => opened.page.getByRole('button', { name, exact: true });
  const focused = () =>
    opened.page.evaluate<string>('document.activeElement.getAttribute("aria-label") ?? document.activeElement.id');
  /** Pixels below what is seen of the conversation. */
  const rest = () =>
    opened.page.evaluate<number>(
      `(({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight)(document.querySelector('.messages'))`,
    );
  const frames = () => opened.page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))');

  it('asks for its view, and begins with examples', async () => {
    const page = await open(emptyView);
    expect(await opened.posted()).toEqual([{ kind: 'ready' }]);
    await button(chatTexts.example2).click();
    expect(await field().inputValue()).toBe(chatTexts.example2);
    await page.keyboard.press('Enter');
    expect(await sent()).toEqual([{ kind: 'send', text: chatTexts.example2 }]);
    expect(await field().inputValue()).toBe('');
  });

  it('is written in with keys', async () => {
    const page = await open(talkView);
    expect(await focused()).toBe(chatTexts.message);
    await page.keyboard.type('one');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('two');
    expect(await field().inputValue()).toBe('one\ntwo');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    expect(await sent()).toEqual([{ kind: 'send', text: 'one\ntwo' }]);
  });

  it('tells what is written, so that its cost can be shown', async () => {
    const page = await open(talkView);
    await page.keyboard.type('a question');
    await expect.poll(() => opened.posted()).toContainEqual({ kind: 'draft', text: 'a question' });
  });

  it('keeps what is written, and where the cursor is, when a view comes', async () => {
    const page = await open(talkView);
    await page.keyboard.type('abc');
    await page.keyboard.press('ArrowLeft');
    await opened.send({ ...talkView, gauge: null });
    await page.keyboard.type('x');
    expect(await field().inputValue()).toBe('abxc');
  });

  it('stops, and sends nothing more while it is busy', async () => {
    const page = await open(streamingView);
    await page.keyboard.type('next');
    await page.keyboard.press('Enter');
    expect(await sent()).toEqual([]);
    await page.keyboard.press('Escape');
    await button(chatTexts.stop).click();
    expect(await sent()).toEqual([{ kind: 'stop' }, { kind: 'stop' }]);
    expect(await field().inputValue()).toBe('next');
  });

  it('sends nothing that does not fit', async () => {
    const page = await open(problemView);
    await page.keyboard.type('long');
    await page.keyboard.press('Enter');
    expect(await sent()).toEqual([]);
    expect(await page.getByRole('alert').textContent()).toBe(problemView.gauge?.problem);
  });

  it('completes commands and what can be attached', async () => {
    const page = await open(emptyView);
    await page.keyboard.type('/');
    expect(await page.locator('.offers').getByRole('option').count()).toBe(6);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    expect(await field().inputValue()).toBe('/fix ');
    await page.keyboard.type('this @se');
    await page.keyboard.press('Tab');
    expect(await field().inputValue()).toBe('/fix this ');
    await button(chatTexts.attach).click();
    await page.getByRole('option', { name: chatTexts.attachProblems }).click();
    await page.keyboard.type('@');
    await page.keyboard.press('Escape');
    expect(await page.locator('.offers').getByRole('option').count()).toBe(0);
    expect(await sent()).toEqual([
      { kind: 'attach', what: 'selection' },
      { kind: 'attach', what: 'problems' },
    ]);
  });

  it('sends a whole command at once', async () => {
    const page = await open(emptyView);
    await page.keyboard.type('/clear');
    await page.keyboard.press('Enter');
    expect(await sent()).toEqual([{ kind: 'send', text: '/clear' }]);
  });

  it('shows what is attached with its cost, and takes it away', async () => {
    const page = await open(fullView);
    const chips = page.locator('.composer .chips li');
    expect(await chips.allTextContents()).toEqual(['webview/chat/message/messages.tsx1,400 tokens', 'selection of orders.ts…']);
    await chips.first().getByRole('button').click();
    expect(await sent()).toEqual([{ kind: 'detach', id: 'x1' }]);
  });

  it('edits a question in its place', async () => {
    const page = await open(talkView);
    await page.keyboard.press('ArrowUp');
    await expect.poll(focused).toBe(chatTexts.edit);
    await page.keyboard.press('Escape');
    await expect.poll(focused).toBe(chatTexts.message);
    await page.keyboard.press('ArrowUp');
    await expect.poll(focused).toBe(chatTexts.edit);
    await page.keyboard.type(' Now.');
    await page.keyboard.press('Enter');
    expect(await sent()).toEqual([{ kind: 'edit', message: 'q1', text: 'How do I group a list by a key in TypeScript? Now.' }]);
    await expect.poll(focused).toBe(chatTexts.message);
  });

  it('does with an answer what is asked', async () => {
    const page = await open(talkView);
    const article = page.getByRole('article', { name: chatTexts.paddock });
    for (const name of [chatTexts.previousVersion, chatTexts.nextVersion, chatTexts.regenerate]) {
      await article.getByRole('button', { name }).click();
    }
    await article.locator('.actions').getByRole('button', { name: chatTexts.copy }).click();
    expect(await sent()).toEqual([
      { kind: 'version', message: 'a1', index: 0 },
      { kind: 'version', message: 'a1', index: 2 },
      { kind: 'regenerate', message: 'a1' },
      { kind: 'copy', message: 'a1' },
    ]);
    expect(await article.getByText('214 tokens · 38 tokens/s').textContent()).toBe(
      '214 tokens · 38 tokens/s · first after 312 ms · CPU',
    );
  });

  it('does with code what is asked', async () => {
    const page = await open({ ...talkView, messages: [answer('a', '```ts\nlet a;\n```')] });
    const code = page.getByRole('figure', { name: 'Code: ts' });
    for (const name of [chatTexts.copy, chatTexts.insertCode, chatTexts.applyCode, chatTexts.newFile]) {
      await code.getByRole('button', { name }).click();
    }
    const action = { kind: 'code', code: 'let a;', language: 'ts' };
    const actions = ['copy', 'insert', 'apply', 'newFile'];
    expect(await sent()).toEqual(actions.map((each) => ({ ...action, action: each })));
  });

  it('adds pieces to the last answer alone, and announces it when it is whole', async () => {
    const page = await open(streamingView);
    expect(await page.getByRole('status').textContent()).toBe('');
    await page.evaluate(`
      globalThis.changed = new Set();
      new MutationObserver((records) => records.forEach(({ target }) =>
        changed.add((target.closest ?? target.parentElement.closest).call(target.closest ? target : target.parentElement, 'article')?.id)))
        .observe(document.body, { childList: true, subtree: true, characterData: true, attributes: true });`);
    for (const text of ['([key, all]', ') => [key, all.length]),\n);', '\n```\n\nThat **is']) {
      await opened.send({ kind: 'piece', message: 'a2', text });
      await frames();
    }
    const last = page.getByRole('article').last();
    expect(await last.locator('pre').textContent()).toBe(
      'const counts = new Map(\n  [...byCustomer(orders)].map(([key, all]) => [key, all.length]),\n);',
    );
    expect(await last.locator('.markdown > p').last().textContent()).toBe('That **is');
    expect(await page.evaluate('[...changed]')).toEqual(['message-a2']);
    const { messages } = streamingView;
    const done = [...messages.slice(0, -1), answer('a2', 'Count them.')];
    await opened.send({ ...streamingView, busy: false, messages: done });
    expect(await page.getByRole('status').textContent()).toBe('Count them.');
  });

  it('draws a crowd of pieces once', async () => {
    const page = await open({ ...talkView, busy: true, messages: [answer('a', '', { state: 'streaming' })] });
    await page.evaluate(`
      globalThis.drawn = 0;
      new MutationObserver(() => { drawn += 1; }).observe(document.querySelector('article'), { childList: true, subtree: true, characterData: true });
      for (let piece = 0; piece < 100; piece++)
        dispatchEvent(new MessageEvent('message', { data: { kind: 'piece', message: 'a', text: piece + ' ' } }));`);
    await frames();
    expect(await page.evaluate('drawn')).toBe(1);
    expect(await page.locator('.markdown').textContent()).toMatch(/^0 1 2 .* 99$/);
  });

  it('says the window in numbers, and goes to what was left out', async () => {
    const page = await open(fullView);
    expect(await page.getByRole('table', { name: chatTexts.gauge }).locator('tbody tr').allTextContents()).toEqual([
      'System42',
      'Pinned instruction160',
      'Earlier messages5,105',
      'Attachments1,400',
      'This message310',
      'Reserved for the answer1,024',
      'Free151',
    ]);
    expect(await page.locator('.bar .of-history').getAttribute('title')).toBe('Earlier messages: 5,105 tokens (62%)');
    await page.getByRole('button', { name: fullView.gauge?.leftOut ?? '' }).click();
    await expect.poll(() => page.evaluate('document.activeElement.id')).toBe('message-q0');
    expect(await page.locator('#message-q0').textContent()).toContain(chatTexts.leftOut);
  });

  it('controls the window', async () => {
    const page = await open(fullView);
    await page.locator('summary', { hasText: chatTexts.gauge }).press('Enter');
    await page.getByRole('spinbutton', { name: chatTexts.window }).fill('99999');
    await page.getByRole('spinbutton', { name: chatTexts.window }).press('Enter');
    await page.getByRole('combobox', { name: chatTexts.scaling }).selectOption('base');
    await page.getByRole('combobox', { name: chatTexts.overflow }).selectOption('middle');
    await page.getByRole('checkbox', { name: chatTexts.slides }).check();
    const { controls } = fullView;
    expect(await sent()).toEqual([
      { kind: 'controls', controls: { ...controls, window: 32_768 } },
      { kind: 'controls', controls: { ...controls, scaling: 'base', scalingValue: 500_000 } },
      { kind: 'controls', controls: { ...controls, overflow: 'middle' } },
      { kind: 'controls', controls: { ...controls, slides: true } },
    ]);
  });

  it('pins an instruction', async () => {
    const page = await open(emptyView);
    await page.locator('summary', { hasText: chatTexts.pin }).press('Enter');
    await page.getByRole('textbox', { name: chatTexts.pin }).fill('Be short.');
    await page.getByRole('textbox', { name: chatTexts.pin }).blur();
    await page.getByRole('radio', { name: chatTexts.pinFirst }).check();
    expect(await sent()).toEqual([
      { kind: 'pin', text: 'Be short.', mode: 'every' },
      { kind: 'pin', text: 'Be short.', mode: 'first' },
    ]);
  });

  it('keeps conversations', async () => {
    const page = await open(talkView);
    await button(chatTexts.conversations).press('Enter');
    expect(await focused()).toBe(chatTexts.search);
    await page.keyboard.type('ab');
    await button('Rename Group a list by a key, and count').press('Enter');
    await page.keyboard.type('Groups');
    await page.keyboard.press('Enter');
    await button('Export Group a list by a key, and count').press('Enter');
    await button('Delete Group a list by a key, and count').press('Enter');
    expect(await page.getByRole('alertdialog').getAttribute('aria-label')).toBe(
      'Delete “Group a list by a key, and count” for good?',
    );
    await page.keyboard.press('Enter');
    expect((await sent()).map(({ kind }) => kind)).toEqual(['search', 'search', 'rename', 'export']);
    await button('Delete Group a list by a key, and count').press('Enter');
    await button(chatTexts.deleteYes).press('Enter');
    await page.getByRole('button', { name: /^Warum/ }).press('Enter');
    expect(await sent()).toEqual([
      { kind: 'delete', id: 'c2' },
      { kind: 'open', id: 'c3' },
    ]);
    expect(await focused()).toBe(chatTexts.conversations);
  });

  it('says why it cannot answer, and what to do', async () => {
    const page = await open(noModelView);
    expect(await page.getByText(noModelView.model.sentence).isVisible()).toBe(true);
    await button(chatTexts.openModel).click();
    expect(await sent()).toEqual([{ kind: 'openModel' }]);
  });

  it('takes dropped files instead of leaving for them', async () => {
    const page = await open(talkView);
    const prevented = await page.evaluate(`(() => {
      const dataTransfer = new DataTransfer();
      dataTransfer.setData('text/uri-list', '# files\\r\\nfile:///a.ts\\r\\nfile:///b.ts');
      return ['dragover', 'drop'].map((kind) => !document.body.dispatchEvent(new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer })));
    })()`);
    expect(prevented).toEqual([true, true]);
    expect(await sent()).toEqual([{ kind: 'drop', uris: ['file:///a.ts', 'file:///b.ts'] }]);
  });

  it('draws the end of a long conversation, and earlier messages as one goes there', async () => {
    const page = await open(longView(10_000));
    expect(await page.getByRole('article').count()).toBe(30);
    expect(await page.getByText('Answer 9999.').isVisible()).toBe(true);
    await page.evaluate('document.getElementById("message-m9970").scrollIntoView()');
    const placeOf = () => page.evaluate<number>('document.getElementById("message-m9970").getBoundingClientRect().top');
    const place = await placeOf();
    await expect.poll(() => page.getByRole('article').count()).toBe(60);
    await frames();
    expect(await placeOf()).toBeCloseTo(place, -1);
    await button(chatTexts.latest).click();
    await expect.poll(() => page.getByRole('article').count()).toBe(30);
    await expect.poll(rest).toBeLessThan(2);
    expect(await page.getByText('Answer 9999.').isVisible()).toBe(true);
  });

  it('stays at the end while an answer grows, unless one has gone up', async () => {
    const growing: ChatView = { ...longView(20), busy: true };
    const page = await open({ ...growing, messages: [...growing.messages, answer('a', '', { state: 'streaming' })] });
    const grow = async () => {
      await opened.send({ kind: 'piece', message: 'a', text: 'line\n\n'.repeat(50) });
      await frames();
    };
    await grow();
    expect(await rest()).toBeLessThan(2);
    await page.evaluate(`document.querySelector('.messages').scrollBy(0, -300)`);
    await frames();
    await grow();
    expect(await rest()).toBeGreaterThan(300);
    expect(await button(chatTexts.latest).isVisible()).toBe(true);
  });

  it.each(Object.keys(scenes) as (keyof typeof scenes)[])('fits into 200 pixels: %s', async (scene) => {
    const page = await open(scenes[scene], 200);
    for (const summary of await page.locator('summary').all()) await summary.press('Enter');
    await frames();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(200);
    const wide = `[...document.querySelectorAll('main *')]
      .filter((each) => !each.closest('.unseen, pre, .scroller, .bar, .label, h1') && each.getBoundingClientRect().right > 201)
      .map(({ tagName, className }) => tagName + ' ' + className)`;
    expect(await page.evaluate(wide)).toEqual([]);
  });

  it('reads the same to a screen reader', async () => {
    const page = await open({ ...talkView, messages: [question('q', 'Why?'), answer('a', 'So:\n\n```ts\nlet a;\n```')] });
    expect(await page.locator('main').ariaSnapshot()).toMatchInlineSnapshot(`
      "- main:
        - heading "Group a list by a key" [level=1]
        - button "Conversations"
        - button "New Conversation"
        - list "Conversation":
          - listitem:
            - article "You":
              - paragraph: Why?
              - button "Copy"
              - button "Edit"
          - listitem:
            - article "Paddock":
              - paragraph: "So:"
              - 'figure "Code: ts"':
                - text: ts
                - button "Copy"
                - button "Insert at Cursor"
                - button "Apply as a Diff"
                - button "New File"
                - code: let a;
              - button "Copy"
              - button "Answer Again"
        - region "Context window":
          - paragraph: 1,570 of 4,096 tokens 12 MiB of cache
          - table "Context window":
            - caption: Context window
            - rowgroup:
              - row "Part Tokens":
                - columnheader "Part"
                - columnheader "Tokens"
            - rowgroup:
              - row "System 42":
                - rowheader "System"
                - cell "42"
              - row "Earlier messages 612":
                - rowheader "Earlier messages"
                - cell "612"
              - row "Attachments 380":
                - rowheader "Attachments"
                - cell "380"
              - row "This message 24":
                - rowheader "This message"
                - cell "24"
              - row "Reserved for the answer 512":
                - rowheader "Reserved for the answer"
                - cell "512"
              - row "Free 2,526":
                - rowheader "Free"
                - cell "2,526"
        - group: Context window
        - group: Pinned instruction
        - textbox "Message":
          - /placeholder: Ask, / for commands, @ to attach
        - button "Attach"
        - button "Paddock XS"
        - button "Send" [disabled]
        - status"
    `);
  });
});
