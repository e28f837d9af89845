import type { Locator, Page } from 'playwright-core';
import type { ChatView } from '../../webview/protocol/chat.ts';
import type { ChatIntent } from '../../webview/protocol/chatIntents.ts';
import { chatTexts } from './chatTexts.ts';
import type { OpenPage } from './openPage.ts';
import { pageForEach } from './pageForEach.ts';

/** The chat panel and what tests do with it. */
export interface ChatPanel {
  /** Opens it with a view. */
  open(view: ChatView, width?: number): Promise<Page>;
  readonly opened: OpenPage;
  /** The intents since the last call, without those that ask for a count of tokens. */
  sent(): Promise<ChatIntent[]>;
  /** The field for the next message. */
  field(): Locator;
  button(name: string): Locator;
  /** The accessible name of the focused element, else its id. */
  focused(): Promise<string>;
  /** Pixels of the conversation below its visible part. */
  rest(): Promise<number>;
  /** Resolves when the browser has drawn a frame. */
  frames(): Promise<void>;
}

/** A new chat panel for each test of the file or group that calls this. */
export function chatPanelForEach(): ChatPanel {
  const panel = pageForEach('chat', chatTexts);
  const evaluate = <Result>(expression: string) => panel.opened.page.evaluate<Result>(expression);
  return {
    open: async (view, width = 360) => {
      const { page, send } = await panel.open(width);
      await send(view);
      return page;
    },
    get opened() {
      return panel.opened;
    },
    sent: async () => {
      const intents = await evaluate<ChatIntent[]>('posted.splice(0)');
      return intents.filter(({ kind }) => kind !== 'ready' && kind !== 'draft');
    },
    field: () => panel.opened.page.getByRole('textbox', { name: chatTexts.message }),
    button: (name) => panel.opened.page.getByRole('button', { name, exact: true }),
    focused: () => evaluate('document.activeElement.getAttribute("aria-label") ?? document.activeElement.id'),
    rest: () =>
      evaluate(
        `(({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight)(document.querySelector('.messages'))`,
      ),
    frames: () => evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))'),
  };
}
