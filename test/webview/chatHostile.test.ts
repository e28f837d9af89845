import { beforeEach, describe, expect, it } from 'vitest';
import type { ChatView } from '../../webview/protocol/chat.ts';
import { PAYLOADS } from './chatPayloads.ts';
import { answer, fullView, question } from './chatScenes.ts';
import { chatTexts } from './chatTexts.ts';
import type { OpenPage } from './openPage.ts';
import { pageForEach } from './pageForEach.ts';

/** The number of messages drawn at once. */
const BATCH = 14;
const batches = Array.from({ length: Math.ceil(PAYLOADS.length / BATCH) }, (_, index) =>
  PAYLOADS.slice(index * BATCH, (index + 1) * BATCH),
);

/**
 * Notices every way in which a text could become more than text. Only what is trusted is exempt: it comes from Lit, which makes it from the
 * constant templates of its elements, and the page's policy lets nothing else do so.
 */
const net = `
  globalThis.parsed = [];
  const watch = (prototype, name) => {
    const { set, get } = Object.getOwnPropertyDescriptor(prototype, name);
    Object.defineProperty(prototype, name, { get, set(value) { if (!(value instanceof TrustedHTML)) parsed.push(name); set.call(this, value); } });
  };
  watch(Element.prototype, 'innerHTML');
  watch(Element.prototype, 'outerHTML');
  watch(HTMLIFrameElement.prototype, 'srcdoc');
  for (const [owner, name] of [[Element.prototype, 'insertAdjacentHTML'], [Document.prototype, 'write'],
    [Range.prototype, 'createContextualFragment'], [DOMParser.prototype, 'parseFromString'], [globalThis, 'open']]) {
    const original = owner[name];
    owner[name] = function (...values) { parsed.push(name); return original.apply(this, values); };
  }
`;

/** Elements and attributes that answers may contain; the page's own parts have more. */
const look = `(() => {
  const elements = new Set('DIV SPAN P H3 H4 H5 H6 UL OL LI BLOCKQUOTE HR BR TABLE THEAD TBODY TR TH TD STRONG EM S CODE PRE FIGURE FIGCAPTION BUTTON VSCODE-BUTTON svg path'.split(' '));
  const attributes = new Set('class dir title type role aria-label aria-hidden start viewBox width height d'.split(' '));
  const own = { PRE: ['tabindex'], DIV: ['tabindex'], 'VSCODE-BUTTON': ['tabindex', 'aria-disabled', 'secondary', 'icon-only'] };
  const strange = new Set();
  for (const each of document.querySelectorAll('.markdown, .markdown *')) {
    if (!elements.has(each.tagName)) strange.add(each.tagName);
    const others = own[each.tagName] ?? [];
    for (const { name } of each.attributes) if (!attributes.has(name) && !others.includes(name)) strange.add(each.tagName + ' ' + name);
  }
  const texts = (selector) => [...document.querySelectorAll(selector)].map(({ textContent }) => textContent).join('');
  return {
    strange: [...strange],
    outside: document.querySelectorAll('script, iframe, object, embed, img, link, style, base, form, video, audio, a').length,
    directions: /[\\u0000-\\u0008\\u000e-\\u001f\\u202a-\\u202e\\u2066-\\u2069]/.exec(texts('main'))?.[0] ?? '',
    hidden: /[\\u00ad\\u061c\\u200b-\\u200f\\u2028\\u2060-\\u2064\\u3164\\ufeff\\uffa0]/.exec(texts('code'))?.[0] ?? '',
    ran: globalThis.ran,
    parsed: globalThis.parsed,
    address: location.pathname,
  };
})()`;

const nothing = { strange: [], directions: '', hidden: '', ran: undefined, parsed: [], address: '/page/index.html' };

describe('the chat panel, with hostile answers', () => {
  const panel = pageForEach('chat', chatTexts);
  let opened: OpenPage;
  let requests: string[];
  /** Elements of the page's frame that a payload could also bring: the script and the style sheet. */
  let own: number;

  beforeEach(async () => {
    opened = await panel.open(400);
    await opened.page.evaluate(net);
    own = (await opened.page.evaluate<{ outside: number }>(look)).outside;
    requests = [];
    opened.page.on('request', (request) => requests.push(request.url()));
    opened.page.on('popup', (popup) => requests.push(`popup ${popup.url()}`));
    opened.page.on('framenavigated', (frame) => requests.push(`navigated ${frame.url()}`));
    opened.page.on('dialog', (dialog) => {
      requests.push(`dialog ${dialog.message()}`);
      void dialog.dismiss();
    });
  });

  /** A conversation with the payloads in every place where text from outside can be. */
  const view = (payloads: readonly string[]): ChatView => {
    const one = payloads[0] ?? '';
    return {
      ...fullView,
      id: one,
      title: one,
      messages: payloads.flatMap((payload, index) => [
        question(`q${index}`, payload, { attachments: [{ id: 'a', label: payload }] }),
        answer(`a${index}`, payload, index % 5 === 4 ? { state: 'failed', error: payload } : {}),
      ]),
      attachments: payloads.map((label, index) => ({ id: String(index), label, tokens: null })),
      ...(fullView.gauge && {
        gauge: { ...fullView.gauge, leftOut: [{ kind: 'turns', count: 1, text: one, message: '' }], problem: one },
      }),
      pinned: { text: one, mode: 'every', constraints: [] },
      model: { name: one, sentence: one, canAnswer: true, isUnloaded: false },
      history: payloads.map((title, index) => ({ id: String(index), title, when: 'today', messages: 1 })),
    };
  };

  const expectNothing = async () => {
    expect(await opened.page.evaluate(look)).toEqual({ ...nothing, outside: own });
    expect([opened.complaints, requests]).toEqual([[], []]);
  };

  it('has more than two hundred payloads to test with', () => {
    expect(new Set(PAYLOADS).size).toBe(PAYLOADS.length);
    expect(PAYLOADS.length).toBeGreaterThanOrEqual(200);
  });

  it('draws only text', async () => {
    for (const batch of batches) {
      await opened.send(view(batch));
      await expectNothing();
    }
  });

  it('draws only text while it arrives in pieces', async () => {
    const { page, send } = opened;
    for (const batch of batches) {
      const text = batch.join('\n\n');
      await send({ ...view([]), id: text, busy: true, messages: [answer('a', '', { state: 'streaming' })] });
      const third = Math.ceil(text.length / 3);
      for (const from of [0, third, 2 * third]) {
        await send({ kind: 'piece', message: 'a', text: text.slice(from, from + third) });
        await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))');
      }
      await expectNothing();
    }
  });

  it('follows no link itself: it asks the extension, and only for web pages', async () => {
    const { page, send, posted } = opened;
    for (const batch of batches) {
      await send(view(batch));
      await page.evaluate(`for (const each of document.querySelectorAll('.markdown *')) {
        if (each.closest('figcaption')) continue;
        for (const kind of ['mouseover', 'focus', 'mousedown', 'click', 'auxclick', 'dblclick', 'dragstart'])
          each.dispatchEvent(new MouseEvent(kind, { bubbles: true, cancelable: true, button: kind === 'auxclick' ? 1 : 0 }));
      }`);
      await expectNothing();
    }
    const asked = (await posted()) as { kind: string; href?: string }[];
    expect(new Set(asked.map(({ kind }) => kind))).toEqual(new Set(['ready', 'link']));
    const hosts = asked.flatMap(({ href }) => (href === undefined ? [] : new URL(href).host));
    expect(new Set(hosts)).toEqual(new Set(['a.example', 'beacon.example', 'github.com']));
    expect(asked.filter(({ href }) => href !== undefined && !/^https:\/\/[^@]+$/.test(href))).toEqual([]);
  });

  it('shows the target of a link before it is pressed', async () => {
    const { page, send } = opened;
    await send(view(['[https://github.com](https://beacon.example/x)']));
    expect(await page.locator('.markdown .link').getAttribute('title')).toBe('https://beacon.example/x');
  });

  it('draws only text in the history', async () => {
    await opened.send(view(['title']));
    await opened.page.getByRole('button', { name: chatTexts.conversations, exact: true }).click();
    for (const batch of batches) {
      await opened.send(view(batch));
      await expectNothing();
    }
  });

  it('would be noticed if it ran, loaded or parsed, and is prevented from it', async () => {
    const hostile = '<img src="https://beacon.example/x" onerror="1">';
    for (const way of [`insertAdjacentHTML('beforeend', '${hostile}')`, `innerHTML = '${hostile}'`]) {
      await expect(opened.page.evaluate(`document.body.${way}`)).rejects.toThrow(/requires 'TrustedHTML'/);
    }
    await expect(opened.page.evaluate(`trustedTypes.createPolicy('own', {})`)).rejects.toThrow(/disallowed/);
    await opened.page.evaluate(`document.body.append(Object.assign(new Image(), { src: 'https://beacon.example/y' }))`);
    await opened.page.waitForTimeout(50);
    expect(await opened.page.evaluate('parsed')).toEqual(['insertAdjacentHTML', 'innerHTML']);
    expect(opened.complaints.splice(0).join('\n')).toMatch(/policy: .*beacon\.example\/y/);
  });
});
