/** The chat panel in a window of VS Code, used as a person would. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Frame, Page } from 'playwright-core';
import { ask, type Conversation, changeAnswer } from '../../extension/chat/conversation.ts';
import { ConversationStore } from '../../extension/chat/conversationStore.ts';
import { until } from '../support/until.ts';
import { PATIENCE, runCommand } from './palette.ts';
import { look } from './sight.ts';

/** Opens the panel and waits until it has the focus. @returns its nested frame */
export async function openChat(page: Page): Promise<Frame> {
  await runCommand(page, 'Open Chat');
  return frameWith(page, 'body[data-shown] textarea:focus', 'the panel to have the keyboard');
}

/** The panel's nested frame, once its messages are drawn. */
export function panelIn(page: Page): Promise<Frame> {
  return frameWith(page, 'body[data-shown] .messages', 'a panel with messages');
}

async function frameWith(page: Page, selector: string, what: string): Promise<Frame> {
  let found: Frame | undefined;
  await until(what, async () => {
    for (const frame of page.frames()) {
      if (
        (await frame
          .locator(selector)
          .count()
          .catch(() => 0)) > 0
      )
        found = frame;
    }
    return found !== undefined;
  });
  return found as Frame;
}

/** The panel's text, once it contains this. */
export async function panelSaying(page: Page, text: RegExp): Promise<string> {
  let said = '';
  const says = async () => {
    said = (await look(page)).pages.join('\n');
    return text.test(said);
  };
  await until(`the panel to say ${text}`, says, PATIENCE);
  return said;
}

/** Edits the stored conversation of the only workspace below a folder, on the disk. */
export async function changeKept(folder: string, change: (conversation: Conversation) => Conversation): Promise<void> {
  const store = new ConversationStore(await conversationsBelow(folder), console.log);
  const [summary] = await store.list();
  const conversation = await store.open(summary?.id ?? '');
  if (!conversation) throw new Error('No conversation was kept.');
  await store.save(change(conversation));
}

/** The conversation with one more question and answer, by default of the same text. */
export function withTurn(conversation: Conversation, question: string, index: number, answer = question): Conversation {
  const ids = { question: `question-${index}`, answer: `answer-${index}` };
  const asked = ask(conversation, ids, question, [], Date.now());
  return changeAnswer(asked, ids.answer, { text: answer, state: 'done' }, Date.now());
}

/** The folder in which the extension stores the conversations of the only workspace. */
async function conversationsBelow(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found = entries.find((entry) => entry.isDirectory() && entry.name === 'conversations');
  if (!found) throw new Error(`There are no conversations below ${folder}.`);
  return path.join(found.parentPath, found.name);
}
