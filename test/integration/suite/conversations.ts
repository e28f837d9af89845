import assert from 'node:assert/strict';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Conversation } from '../../../extension/chat/conversation.ts';
import { ConversationStore } from '../../../extension/chat/conversationStore.ts';
import { pause } from './editor.ts';
import { paddock } from './paddock.ts';
import { untilPageSays } from './pages.ts';

/** Starts a new conversation, with the focus in the panel's field. @param name of the picture that is taken */
export async function newConversation(name: string, ...texts: readonly RegExp[]): Promise<void> {
  await vscode.commands.executeCommand('paddock.chat.new');
  await untilPageSays(name, /Ask about your code/, ...texts);
  await pause(500); // the focus moves to the panel a little later
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

/** The most recently used conversation, as stored. */
export async function lastConversation(): Promise<Conversation> {
  const [last] = await storedConversations();
  assert.ok(last, 'No conversation is stored.');
  return last;
}
