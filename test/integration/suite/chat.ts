import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { newConversation, storedConversations } from './conversations.ts';
import { closeAll, openText } from './editor.ts';
import { paddock, setting } from './paddock.ts';
import { reloadPages, untilPageSays } from './pages.ts';
import { isWatched, strike } from './say.ts';
import { until } from './until.ts';

const code = `export function double(values: readonly number[]): number[] {
  return values.map((value) => value * 2);
}`;

describe('the chat', () => {
  before(async () => {
    await (await paddock()).ready();
  });
  after(closeAll);

  it('answers a question that is typed in the panel, and keeps both', async () => {
    if (!isWatched) return;
    const editor = await openText(code);
    editor.selection = new vscode.Selection(0, 0, 2, 1);
    await vscode.commands.executeCommand('paddock.chat.open');
    await newConversation('chat-empty'); // on a retry, the first attempt's question is there
    await strike({ type: '/explain' }, { press: 'Enter' });
    // What the answer says depends on the model; a small one may not end before the answer's maximum length.
    const answered = await shown('the answer', ({ state }) => state !== 'streaming');
    assert.notEqual(answered.at(-1)?.state, 'failed');
    assert.deepEqual(
      answered.map(({ role }) => role),
      ['user', 'assistant'],
    );
    const [question, answer] = answered;
    assert.equal(question?.text, '/explain');
    assert.ok(answer && answer.text !== '');
    await untilPageSays('chat-answered', /\/explain/, /tokens\/s/, beginningOf(answer.text));
    const stored = await storedConversations();
    assert.deepEqual(
      stored.at(0)?.messages.map(({ text }) => text),
      [question.text, answer.text],
    );
    assert.equal(stored[0]?.messages[0]?.attachments[0]?.text, code);
  });

  it('shows the conversation again when its page is reloaded', async () => {
    if (!isWatched) return;
    const [, answer] = await conversation();
    await reloadPages();
    await untilPageSays('chat-again', /\/explain/, beginningOf(answer?.text ?? ''));
  });

  it('has an engine even if inline completion is off', async () => {
    const api = await paddock();
    await setting('paddock.inlineCompletion.enabled', false);
    try {
      // The panel is visible, so the engine keeps running for it.
      await vscode.commands.executeCommand('paddock.chat.open');
      await api.ready();
      await vscode.commands.executeCommand('workbench.action.closeSidebar');
      await setting('paddock.engine.threads', 1);
      await until('the engine to be off', () => api.state().kind === 'off');
      await setting('paddock.engine.threads', undefined);
      await vscode.commands.executeCommand('paddock.chat.open');
      await until('the engine to be there again', () => api.state().kind === 'ready', 60_000);
      await untilPageSays('chat-without-completion', /Paddock's own model/);
      await vscode.commands.executeCommand('paddock.model.unload');
      await untilPageSays('chat-unloaded', /is unloaded/, /Load It Again/);
      const editor = await openText(code);
      editor.selection = new vscode.Selection(0, 0, 2, 1);
      await vscode.commands.executeCommand('paddock.code.explain');
      assert.equal((await conversation()).at(-1)?.role, 'assistant');
    } finally {
      await setting('paddock.engine.threads', undefined);
      await setting('paddock.inlineCompletion.enabled', undefined);
    }
  });

  it('begins another conversation, and lists the previous one', async () => {
    await vscode.commands.executeCommand('paddock.chat.new');
    assert.deepEqual(await conversation(), []);
    assert.ok((await storedConversations()).length > 0);
    await untilPageSays('chat-new', /Ask about your code/);
  });
});

async function conversation() {
  return (await paddock()).chat();
}

/** Waits until the last message that the chat shows meets a condition. */
async function shown(what: string, isRight: (last: { readonly state: string }) => boolean) {
  await until(
    what,
    async () => {
      const last = (await conversation()).at(-1);
      return last !== undefined && isRight(last);
    },
    60_000,
  );
  return conversation();
}

/** The first word of an answer, which Markdown leaves as it is. */
function beginningOf(text: string): RegExp {
  return new RegExp(/[A-Za-z]+/.exec(text)?.[0] ?? '');
}
