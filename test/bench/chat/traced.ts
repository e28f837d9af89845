import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import type { ChatView } from '../../../webview/protocol/chat.ts';
import { launch } from '../../vscode/browser.ts';
import { answer, longView, question } from '../../webview/chatScenes.ts';
import { chatTexts } from '../../webview/chatTexts.ts';
import { servePage } from '../../webview/openPage.ts';
import { themes } from '../../webview/themes.ts';
import { longAnswer } from './answer.ts';
import { busyBetween, type Frame, framesBetween, markOf, type TraceEvent } from './frames.ts';

/** Categories of the trace: tasks, frames, and the page's marks. */
const CATEGORIES = ['blink.user_timing', 'devtools.timeline', 'devtools.timeline.frame', 'toplevel'].concat(
  ['timeline', 'timeline.frame'].map((name) => `disabled-by-default-devtools.${name}`),
);

/** The time to open a long conversation until it is drawn, in milliseconds of the page's thread and of wall time. */
export interface Opening {
  readonly wall: number;
  readonly cpu: number;
  /** Number of its messages that are drawn. */
  readonly drawn: number;
}

export interface Streaming {
  readonly frames: readonly Frame[];
  /** Tokens per second that the page received. */
  readonly rate: number;
  readonly characters: number;
}

/** Opens a conversation with this many messages in the panel, each time in a new page, and then streams an answer into it. */
export async function traced(messages: number, times: number, seconds: number, rate: number) {
  const folder = await mkdtemp(path.join(tmpdir(), 'paddock-bench-'));
  const served = await servePage(folder, 'chat', chatTexts);
  const browser = await launch(console.log);
  const trace = async (page: Page, act: () => Promise<void>) => {
    await browser.startTracing(page, { categories: CATEGORIES });
    await act();
    const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { readonly traceEvents: TraceEvent[] };
    return traceEvents;
  };
  try {
    const openings: Opening[] = [];
    let streaming: Streaming | undefined;
    for (let time = 0; time < times; time++) {
      const { page, complaints } = await served.open(browser, 400, themes.dark);
      openings.push(await opening(page, longView(messages), (act) => trace(page, act)));
      if (time === times - 1) streaming = await stream(page, longView(messages), { seconds, rate }, (act) => trace(page, act));
      if (complaints.length > 0) throw new Error(complaints.join('\n'));
      await page.close();
    }
    return { openings, streaming: streaming as Streaming };
  } finally {
    await browser.close();
    await served.close();
    await rm(folder, { recursive: true });
  }
}

type Trace = (act: () => Promise<void>) => Promise<readonly TraceEvent[]>;

async function opening(page: Page, view: ChatView, trace: Trace): Promise<Opening> {
  // VS Code sends a message to a page as text, which is parsed there.
  await page.evaluate(`globalThis.sent = ${JSON.stringify(JSON.stringify(view))}`);
  const events = await trace(async () => {
    await page.evaluate(`new Promise((drawn) => {
      performance.mark('sent');
      dispatchEvent(new MessageEvent('message', { data: JSON.parse(sent) }));
      requestAnimationFrame(() => setTimeout(() => { performance.mark('drawn'); drawn(); }));
    })`);
  });
  const [start, end] = [markOf(events, 'sent'), markOf(events, 'drawn')];
  const drawn = await page.locator('article').count();
  return { wall: (end.ts - start.ts) / 1_000, cpu: busyBetween(events, 'sent', 'drawn'), drawn };
}

async function stream(
  page: Page,
  view: ChatView,
  { seconds, rate }: { readonly seconds: number; readonly rate: number },
  trace: Trace,
): Promise<Streaming> {
  const tokens = longAnswer(seconds * rate);
  const messages = [...view.messages, question('asked', 'Write it.'), answer('answer', '', { state: 'streaming' })];
  const growing = JSON.stringify({ ...view, busy: true, messages });
  await page.evaluate(`dispatchEvent(new MessageEvent('message', { data: ${growing} }))`);
  let took = 0;
  const events = await trace(async () => {
    took = await page.evaluate<number>(`new Promise((done) => {
      const tokens = ${JSON.stringify(tokens)};
      const started = performance.now();
      performance.mark('begin');
      let next = 0;
      const give = () => {
        const due = Math.min(tokens.length, Math.floor((performance.now() - started) * ${rate / 1_000}));
        for (; next < due; next++)
          dispatchEvent(new MessageEvent('message', { data: { kind: 'piece', message: 'answer', text: tokens[next] } }));
        if (next < tokens.length) return setTimeout(give, 5);
        performance.mark('end');
        done(performance.now() - started);
      };
      give();
    })`);
  });
  return {
    frames: framesBetween(events, 'begin', 'end'),
    rate: (1_000 * tokens.length) / took,
    characters: tokens.join('').length,
  };
}
