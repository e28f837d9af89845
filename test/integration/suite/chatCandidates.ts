import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import * as vscode from 'vscode';
import { newConversation, storedConversations, untilFieldFocused } from './conversations.ts';
import { closeAll, pause } from './editor.ts';
import { leaveModel, useModel, useScriptedModel } from './otherModel.ts';
import { paddock } from './paddock.ts';
import { untilPageSays } from './pages.ts';
import { isWatched, strike } from './say.ts';
import { until } from './until.ts';

/** Longer than an answer may be, and without repetitions, so that it takes a while and does not end by itself. */
const script = Array.from({ length: 600 }, (_, i) => `Step ${i + 1}: ${wordOf(i + 7)} goes before ${wordOf(i + 3)}.`).join('\n');

function wordOf(place: number): string {
  return (place ** 5 % 99_991).toString(36);
}

describe('candidates in the chat', function () {
  this.timeout(180_000); // a model is opened
  let folder = '';
  before(async () => {
    await (await paddock()).ready();
    folder = await useScriptedModel(script);
  });
  after(async () => {
    await closeAll();
    await leaveModel(folder);
  });

  it('stream the first, which stays if they are stopped; otherwise what all say is shown once', async () => {
    if (!isWatched) return;
    await beginWithFour();
    const api = await paddock();
    const isStreaming = () => api.chat().some(({ state }) => state === 'streaming');
    const asked = strike({ type: 'What comes first?' }, { press: 'Enter' });
    await until('the answer to begin', isStreaming);
    // All four take about a second, the first words a few hundredths of one. To look at the window, as a strike does, may take as long.
    await pause(250);
    await vscode.commands.executeCommand('paddock.chat.stop');
    await asked;
    const [, stopped, ...none] = await ended(2);
    assert.equal(stopped?.state, 'stopped');
    assert.ok(stopped.text !== '' && script.startsWith(stopped.text), stopped.text);
    assert.deepEqual(none, []);

    await strike({ choose: 'Answer Again' });
    // What the panel says may not be on the disk yet.
    await untilPageSays('chat-candidates-drawn', /The 4 candidates say the same\./, /Step 1:/);
    await until('all that was drawn to be kept', async () => (await ended(3)).at(-1)?.weighed?.copies === 4);
    const [, , drawn, ...others] = await ended(3);
    assert.ok(drawn && drawn.text.length > stopped.text.length && script.startsWith(drawn.text), drawn?.text);
    assert.deepEqual(others, []);
  });

  it('are ranked by safety if the model would rather refuse the message', async () => {
    if (!isWatched) return;
    const other = await useScriptedModel('End the process in the way the system has for that. No.', 0.75);
    await beginWithFour();
    await strike({ type: 'How do I kill a process?' }, { press: 'Enter' });
    await untilPageSays('chat-candidates-safe', /The 4 candidates say the same\./);
    await until('safety to be kept as the reason', async () => (await ended(2)).at(-1)?.weighed?.gate === 'tagged');
    await useModel(folder);
    await rm(other, { recursive: true });
  });
});

/** Begins a new conversation in which the best of four answers is wanted. */
async function beginWithFour(): Promise<void> {
  await newConversation('chat-candidates-new', /Best of [14]/);
  if (!(await panelSays('Best of 4'))) {
    // After the heading come the radio buttons, of which 1 is chosen; 2 and 4 follow.
    await strike({ choose: 'Best of 1' }, { press: 'Tab' }, { press: 'ArrowDown' }, { press: 'ArrowDown' });
    await until('best of four', () => panelSays('Best of 4'));
    await strike({ choose: 'Best of 4' });
  }
  await vscode.commands.executeCommand('paddock.chat.open');
  await untilFieldFocused();
}

async function panelSays(...words: readonly string[]): Promise<boolean> {
  const said = ((await strike()).pages ?? []).join('\n');
  return words.every((word) => said.includes(word));
}

/** The stored messages of the most recently used conversation, once there are this many and none is being written. */
async function ended(count: number) {
  const api = await paddock();
  const kept = async () => (await storedConversations()).at(0)?.messages ?? [];
  const isEnded = async () => api.chat().at(-1)?.state !== 'streaming' && (await kept()).length >= count;
  await until(`${count} messages`, isEnded, 60_000);
  return kept();
}
