/**
 * `npm run pictures`: those of the README and the guide, in media/pictures. `node test/webview/chatPictures.ts FOLDER [NAME…]`: all states of the chat
 * panel, or some, to be looked at.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import type { ChatView } from '../../webview/protocol/chat.ts';
import { root } from '../support/paths.ts';
import { launch } from '../vscode/browser.ts';
import {
  emptyView,
  examplesView,
  fullView,
  leftOutView,
  longCodeView,
  noModelView,
  problemView,
  refusalsView,
  shadedView,
  streamingView,
  talkView,
  unknownView,
} from './chatScenes.ts';
import { chatTexts } from './chatTexts.ts';
import { keepPicture } from './keepPicture.ts';
import { servePage } from './openPage.ts';
import { takePages } from './pagePictures.ts';
import { themes } from './themes.ts';

interface Picture {
  readonly view: ChatView;
  readonly theme?: keyof typeof themes;
  readonly width?: number;
  /** The input before the picture is taken. */
  readonly act?: (page: Page) => Promise<void>;
}

const pointAtUnknown = (page: Page) => page.locator('pre .unknown').last().hover();
const openHistory = (page: Page) => page.getByRole('button', { name: chatTexts.conversations }).click();
const writeCommand = async (page: Page) => {
  await page.getByRole('textbox', { name: chatTexts.message }).fill('/doc ');
};
const openPin = (page: Page) => page.locator('summary').last().click();
const openRefusals = (page: Page) => page.locator('summary', { hasText: chatTexts.refusals }).click();
const openWindow = (page: Page) => page.locator('summary').first().click();

const pictures: Readonly<Record<string, Picture>> = {
  empty: { view: emptyView },
  streaming: { view: streamingView },
  'long-code': { view: longCodeView, width: 480 },
  'gauge-full': { view: fullView },
  'left-out': { view: leftOutView, act: writeCommand },
  light: { view: talkView, theme: 'light' },
  'high-contrast': { view: fullView, theme: 'highContrast' },
  narrow: { view: talkView, width: 200 },
  wide: { view: talkView, width: 1_100 },
  window: { view: fullView, act: openWindow },
  'window-narrow': { view: fullView, width: 200, act: openWindow },
  pin: { view: fullView, act: openPin },
  'pin-narrow': { view: fullView, width: 200, act: openPin },
  'pin-contrast': { view: fullView, theme: 'highContrast', act: openPin },
  refusals: { view: refusalsView, act: openRefusals },
  'refusals-asked': { view: refusalsView, theme: 'light' },
  'refusals-narrow': { view: refusalsView, width: 200, act: openRefusals },
  history: { view: talkView, act: openHistory },
  shaded: { view: shadedView },
  'shaded-light': { view: shadedView, theme: 'light', width: 480 },
  'shaded-contrast': { view: shadedView, theme: 'highContrast' },
  'shaded-narrow': { view: shadedView, width: 200 },
  unknown: { view: unknownView, act: pointAtUnknown },
  'unknown-contrast': { view: unknownView, theme: 'highContrast' },
  'unknown-narrow': { view: unknownView, theme: 'light', width: 200, act: pointAtUnknown },
  problem: { view: problemView },
  commands: { view: emptyView, act: (page) => page.getByRole('textbox').fill('/') },
  examples: { view: examplesView, act: writeCommand },
  'examples-narrow': { view: examplesView, width: 200, act: writeCommand },
  'no-model': { view: noModelView, theme: 'light' },
};

/** The pictures of the README and the guide, with the visible part of each, in CSS pixels. */
const ofReadme: Readonly<Record<string, number>> = {
  ...{ empty: 560, streaming: 560, 'long-code': 560, 'gauge-full': 560, examples: 560, 'high-contrast': 560, narrow: 560 },
};

const [target = path.join(root, 'media/pictures'), ...only] = process.argv.slice(2);
const forReadme = process.argv.length < 3;
const folder = await mkdtemp(path.join(tmpdir(), 'paddock-chat-'));
await mkdir(target, { recursive: true });
const browser = await launch(console.log);
try {
  await takeChat();
  if (forReadme) await takePages(browser, folder, target);
} finally {
  await browser.close();
  await rm(folder, { recursive: true });
}

async function takeChat(): Promise<void> {
  const served = await servePage(path.join(folder, 'chat'), 'chat', chatTexts);
  for (const [name, { view, theme = 'dark', width = 360, act }] of Object.entries(pictures)) {
    const height = ofReadme[name];
    if (forReadme ? height === undefined : only.length > 0 && !only.includes(name)) continue;
    const { page, send, complaints } = await served.open(browser, width, themes[theme]);
    if (height !== undefined) await page.setViewportSize({ width, height });
    await send(view);
    await act?.(page);
    await page.waitForTimeout(300);
    const file = path.join(target, `chat-${name}.png`);
    await (forReadme && height !== undefined ? keepPicture(page, file, height) : page.screenshot({ path: file }));
    if (complaints.length > 0) console.log(`${name}: ${complaints.join('\n')}`);
    await page.close();
  }
  await served.close();
}
