import assert from 'node:assert/strict';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Conversation } from '../../../extension/chat/conversation.ts';
import { ConversationStore } from '../../../extension/chat/conversationStore.ts';
import { holdsWithin } from '../../support/until.ts';
import { paddock } from './paddock.ts';
import { untilPageSays } from './pages.ts';
import { isWatched, strike } from './say.ts';
import { until } from './until.ts';

/** Starts a new conversation, with the focus in the panel's field. @param name of the picture that is taken */
export async function newConversation(name: string, ...texts: readonly RegExp[]): Promise<void> {
  await until('the field of a new conversation to have the keyboard', async () => {
    await vscode.commands.executeCommand('paddock.chat.new');
    // An editor that was opened a moment before may take the keyboard back.
    return !isWatched || holdsWithin(fieldHasKeyboard, 3_000);
  });
  await untilPageSays(name, /Ask about your code/, ...texts);
}

/** Waits until keys go to the panel's field: VS Code gives a panel the keyboard a little after it shows it. */
export async function untilFieldFocused(): Promise<void> {
  if (isWatched) await until('the field to have the keyboard', fieldHasKeyboard);
}

async function fieldHasKeyboard(): Promise<boolean> {
  return (await strike()).focused === 'Message';
}

/** The conversations stored on the disk, the most recently used first. */
export async function storedConversations(): Promise<Conversation[]> {
  const { chatFolder } = await paddock();
  assert.ok(path.isAbsolute(chatFolder));
  const store = new ConversationStore(chatFolder, assert.fail);
  const listed = (await store.list()).sort((a, b) => b.used - a.used);
  const opened = await Promise.all(listed.map(({ id }) => store.open(id)));
  return opened.filter((each) => each !== undefined);
}

/** The most recently used conversation, as stored, which is the one that the panel shows: a change is stored a little after it is shown. */
export async function lastConversation(): Promise<Conversation> {
  const api = await paddock();
  let last: Conversation | undefined;
  await until('the conversation to be stored', async () => {
    [last] = await storedConversations();
    const stored = last?.messages ?? [];
    return api.chat().every(({ text, state }) => stored.some((each) => each.text === text && each.state === state));
  });
  assert.ok(last, 'No conversation is stored.');
  return last;
}
