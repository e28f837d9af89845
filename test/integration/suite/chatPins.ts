import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { ConversationStore } from '../../../extension/chat/conversationStore.ts';
import { closeAll, pause } from './editor.ts';
import { paddock } from './paddock.ts';
import { untilPageSays } from './pages.ts';
import { isWatched, strike } from './say.ts';
import { until } from './until.ts';

describe('pins in the chat', () => {
  before(async () => {
    await (await paddock()).ready();
  });
  after(closeAll);

  it('are set with keys, told with every message, checked in the answer, and survive the page', async () => {
    if (!isWatched) return;
    await vscode.commands.executeCommand('paddock.chat.new');
    await untilPageSays('chat-pins-new', /Ask about your code/);
    await pause(500); // the keyboard follows the panel
    // From the field back to the instruction, which opens; behind its text are the rules.
    await strike({ press: 'Shift+Tab' }, { press: 'Enter' }, { press: 'Tab' }, { type: 'Be kind.' });
    await strike({ press: 'Tab' }, { press: 'Tab' }, { press: 'Tab' }, { press: 'Space' });
    await untilPageSays('chat-pins-set', /Be kind\./, /At most 5 lines/);
    // Over the last rule, when it is sent and the test of retention back to the field.
    await strike({ press: 'Tab' }, { press: 'Tab' }, { press: 'Tab' }, { press: 'Tab' });
    await strike({ type: 'What is a fence?' }, { press: 'Enter' });
    const state = async () => (await paddock()).chat().at(-1)?.state ?? '';
    await until('the answer', async () => /^(?:done|stopped)$/.test(await state()), 60_000);
    const { pinned, messages } = await keptConversation();
    assert.deepEqual(pinned, { text: 'Be kind.', mode: 'every', constraints: ['fiveLines'] });
    assert.deepEqual(
      messages.at(-1)?.checks?.map(({ constraint }) => constraint),
      ['fiveLines'],
    );
    await vscode.commands.executeCommand('workbench.action.webview.reloadWebviewAction');
    await untilPageSays('chat-pins-again', /What is a fence\?/, /ept: At most 5 lines/, /Be kind\./);
  });
});

/** The conversation that was used last, as it lies on the disk. */
async function keptConversation() {
  const store = new ConversationStore((await paddock()).chatFolder, assert.fail);
  const [last] = (await store.list()).sort((a, b) => b.used - a.used);
  const conversation = last && (await store.open(last.id));
  assert.ok(conversation);
  return conversation;
}
