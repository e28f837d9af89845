/** Pictures of the chat panel in its main states: `node test/webview/chatPictures.ts FOLDER`. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import type { ChatView } from '../../webview/protocol/chat.ts';
import { launch } from '../vscode/browser.ts';
import {
  emptyView,
  examplesView,
  fullView,
  longCodeView,
  noModelView,
  problemView,
  shadedView,
  streamingView,
  talkView,
  unknownView,
} from './chatScenes.ts';
import { chatTexts } from './chatTexts.ts';
import { servePage } from './openPage.ts';
import { themes } from './themes.ts';

interface Picture {
  readonly view: ChatView;
  readonly theme?: keyof typeof themes;
  readonly width?: number;
  /** What is done before the picture is taken. */
  readonly act?: (page: Page) => Promise<void>;
}

const pointAtUnknown = (page: Page) => page.locator('pre .unknown').last().hover();
const openHistory = (page: Page) => page.getByRole('button', { name: chatTexts.conversations }).click();
const writeCommand = async (page: Page) => {
  await page.getByRole('textbox', { name: chatTexts.message }).fill('/doc ');
};
const openPin = (page: Page) => page.locator('summary').last().click();
const openWindow = (page: Page) => page.locator('summary').first().click();

const pictures: Readonly<Record<string, Picture>> = {
  empty: { view: emptyView },
  streaming: { view: streamingView },
  'long-code': { view: longCodeView, width: 480 },
  'gauge-full': { view: fullView },
  light: { view: talkView, theme: 'light' },
  'high-contrast': { view: fullView, theme: 'highContrast' },
  narrow: { view: talkView, width: 200 },
  wide: { view: talkView, width: 1_100 },
  window: { view: fullView, act: openWindow },
  'window-narrow': { view: fullView, width: 200, act: openWindow },
  pin: { view: fullView, act: openPin },
  'pin-narrow': { view: fullView, width: 200, act: openPin },
  'pin-contrast': { view: fullView, theme: 'highContrast', act: openPin },
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

const [target = '.', ...only] = process.argv.slice(2);
const folder = await mkdtemp(path.join(tmpdir(), 'paddock-chat-'));
const served = await servePage(folder, 'chat', chatTexts);
const browser = await launch(console.log);
try {
  for (const [name, { view, theme = 'dark', width = 360, act }] of Object.entries(pictures)) {
    if (only.length > 0 && !only.includes(name)) continue;
    const { page, send, complaints } = await served.open(browser, width, themes[theme]);
    await send(view);
    await act?.(page);
    await page.waitForTimeout(300);
    await page.screenshot({ path: path.join(target, `chat-${name}.png`) });
    if (complaints.length > 0) console.log(`${name}: ${complaints.join('\n')}`);
    await page.close();
  }
} finally {
  await browser.close();
  await served.close();
  await rm(folder, { recursive: true });
}
