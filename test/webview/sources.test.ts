import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it, vi } from 'vitest';
import type { ChatView } from '../../webview/protocol/chat.ts';
import type { ShownRefusals } from '../../webview/protocol/chatRefusals.ts';
import { someAudit } from '../extension/audit/samples.ts';
import { root } from '../support/paths.ts';
import { auditView } from './auditScene.ts';
import { refusalsView, untuned } from './chatScenes.ts';
import { pageForEach } from './pageForEach.ts';
import { best, candidatesView } from './preferenceScenes.ts';
import { fullPreferences } from './preferencesScene.ts';

const words = vi.hoisted(() => ({ translated: undefined as Readonly<Record<string, string>> | undefined }));
vi.mock('vscode', () => {
  const t = (text: string, ...values: readonly unknown[]) =>
    (words.translated?.[text] ?? text).replaceAll(/\{(\d+)\}/g, (place, i) => String(values[Number(i)] ?? place));
  return { l10n: { t }, env: { language: 'en' } };
});

const { chatTexts } = await import('../../extension/chat/chatTexts.ts');
const { auditTexts } = await import('../../extension/audit/pageText.ts');
const { preferencesTexts } = await import('../../extension/preferences/pageText.ts');

/** What an explanation refers to: a publication with its year, or a document of the repository. */
const SOURCE = /(?:[a-z]\.?|等)[ ，,]+\d{4}[,，） )]|(?:docs|models)\/[\w/]+\.md/;

/** The controls of refusals and preferences in the chat. */
const IN_CHAT = ['.controls:has(.levers)', '.controls:has(.counts)', '.candidates', '.compare', 'article .control'];

const directions = [
  { path: '/a.gguf', name: 'a' },
  { path: '/b.gguf', name: 'b' },
];
const tuned: Partial<ShownRefusals> = {
  ...{ threshold: 0.1, level: 'custom', directions, direction: '/b.gguf' },
  target: { share: 0.05, threshold: 0.61 },
  levers: [
    { lever: 'token', state: 'ready' },
    { lever: 'direction', state: 'ready' },
    { lever: 'opening', state: 'ready' },
  ],
};
const chatView = (changed: Partial<ShownRefusals>): ChatView => ({
  ...refusalsView,
  best,
  refusals: { ...untuned, ...tuned, ...changed },
  messages: [...refusalsView.messages, ...candidatesView.messages.map((each) => ({ ...each, id: `drawn-${each.id}` }))],
});

describe.each([
  ['English', undefined],
  ['Chinese', path.join(root, 'media/l10n/bundle.l10n.zh-cn.json')],
])('in %s, a plain sentence with its source explains every control', (_, bundle) => {
  words.translated = bundle === undefined ? undefined : JSON.parse(readFileSync(bundle, 'utf8'));
  const texts = { chat: chatTexts(), audit: auditTexts(), preferences: preferencesTexts() };
  const pages = {
    chat: pageForEach('chat', texts.chat),
    audit: pageForEach('audit', texts.audit),
    preferences: pageForEach('preferences', texts.preferences),
  };

  it('of refusals and of preferences in the chat', async () => {
    const { page, send } = await pages.chat.open(360);
    await send(chatView({}));
    const { thumbUp, thumbDown } = texts.chat;
    const thumbs = [thumbUp, thumbDown].map((name) => `[aria-label="${name}"]`);
    const dial = await unexplained(page, [...IN_CHAT.map((part) => `${part} :is(${CONTROLS})`), ...thumbs]);
    expect(dial.controls).toBeGreaterThan(30);
    expect(dial.unexplained).toEqual([]);
    await send(chatView({ own: { threshold: 0.1, mode: 'project', coefficient: -2, bias: 4 } }));
    await page.locator('#ownThreshold').waitFor();
    const levers = await unexplained(page, [`.levers :is(${CONTROLS})`]);
    expect(levers.controls).toBeGreaterThan(14);
    expect(levers.unexplained).toEqual([]);
  });

  it('of the page of audits', async () => {
    const { page, send } = await pages.audit.open(900);
    await send(auditView({ target: 0.1 }, [someAudit(), someAudit({ id: 'c', at: 3 })]));
    const found = await unexplained(page, [`main :is(${CONTROLS})`]);
    expect(found.controls).toBeGreaterThan(14);
    expect(found.unexplained).toEqual([]);
  });

  it('of the page of preferences', async () => {
    const { page, send } = await pages.preferences.open(900);
    await send(fullPreferences);
    const found = await unexplained(page, [`main :is(${CONTROLS})`]);
    expect(found.controls).toBeGreaterThan(5);
    expect(found.unexplained).toEqual([]);
  });
});

const CONTROLS = 'input, select, textarea, vscode-button, button';

interface Found {
  readonly controls: number;
  readonly unexplained: readonly string[];
}

/**
 * The controls with these selectors beside which, in the narrowest part of the page that has notes, no note gives a source; in the chat
 * that is one lever or one group of controls, on a page a section.
 */
async function unexplained(page: Page, selectors: readonly string[]): Promise<Found> {
  await page.evaluate(`for (const each of document.querySelectorAll('details')) each.open = true;`);
  await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))');
  return page.evaluate<Found>(`(() => {
    const source = ${SOURCE};
    const controls = [...document.querySelectorAll(${JSON.stringify(selectors.join(', '))})].filter((each) => !each.closest('.side'));
    const isExplained = (control) => {
      if (source.test(control.title)) return true;
      const part = control.closest('.levers li') ?? control.closest('.control') ?? control.closest('.comparison, .candidates, .levers');
      if (part) return [...part.children].some((each) => each.matches('.note') && source.test(each.textContent));
      return source.test(control.closest('section')?.textContent ?? '');
    };
    const nameOf = (each) => each.getAttribute('aria-label') || each.textContent || each.id || each.outerHTML;
    return { controls: controls.length, unexplained: controls.filter((each) => !isExplained(each)).map(nameOf) };
  })()`);
}
