import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { writeScriptedModel } from '../../support/scriptedModel.ts';
import { lastConversation, newConversation } from './conversations.ts';
import { closeAll } from './editor.ts';
import { leaveModel, useModel, useScriptedModel } from './otherModel.ts';
import { paddock } from './paddock.ts';
import { untilPageSays } from './pages.ts';
import { isWatched, picture, strike } from './say.ts';
import { until } from './until.ts';

/** Answers of a model that would rather refuse: the whole text when it complies, only its end when it refuses. */
const script = 'Ask the operating system to end the process, in the way that it has for that. No.';
const REFUSAL = 0.75;

describe('refusals in the chat', function () {
  this.timeout(180_000); // a model is opened
  let folder = '';
  before(async () => {
    await (await paddock()).ready();
    folder = await useScriptedModel(script, REFUSAL);
  });
  after(async () => {
    await closeAll();
    await leaveModel(folder);
  });

  it('are answered anyway on demand, and an offer then moves the dial', async () => {
    if (!isWatched) return;
    await ask();
    const [, refused] = await ended(2);
    assert.ok(refused && refused.text.length < script.length && refused.text.endsWith('No.'), refused?.text);
    assert.equal(refused.decision?.refused, true);
    assert.ok(Math.abs((refused.decision.probability ?? 0) - REFUSAL) < 0.02);
    await untilPageSays('chat-refused', /a refusal 7\d(?:\.\d)?% probable, refused above 50%/, /Answer Anyway/);
    await strike({ choose: 'Answer Anyway' });
    await ended(3);
    await untilPageSays('chat-answered-anyway', /Ask the operating system/, /would not have been refused/);
    await strike({ choose: 'Move the Dial There' });
    await until('the offer to be gone', async () =>
      (await lastConversation()).messages.every(({ decision }) => !decision?.offer),
    );
    await ask();
    const [, passed] = await ended(2);
    assert.equal(passed?.text, script);
    assert.ok((passed.decision?.threshold ?? 0) > 0.7);
  });
});

describe('the levers of refusals', function () {
  this.timeout(180_000); // models are opened
  let folder = '';
  before(async () => {
    await (await paddock()).ready();
    folder = await mkdtemp(path.join(tmpdir(), 'paddock-levers-'));
    await writeScriptedModel(folder, script);
  });
  after(async () => {
    await closeAll();
    await leaveModel(folder);
  });

  it('are listed with what each does; the dial and each lever are set in the panel, and reset', async () => {
    if (!isWatched) return;
    const api = await paddock();
    await newConversation('chat-refusals-new');
    await openRefusals();
    await strike({ choose: 'Set How Readily the Model Refuses' });
    await until('the dial', () => api.refusals()?.threshold === 0.5);
    // The slider comes after the checkbox.
    await untilPageSays('chat-dial', /Balanced: it refuses where/);
    await strike({ press: 'Tab' }, { press: 'Home' });
    await until('the strict end', () => api.refusals()?.threshold === 0.2227);
    await openLevers();
    await untilPageSays('chat-levers', /It drives the token by which the model decides/, /no direction is stored for this model/);
    await strike({ choose: 'Set Each Lever by Itself' });
    await until('levers by themselves', () => api.refusals()?.own?.threshold === 0.2227);
    // The number comes after the checkbox. Selecting all goes through VS Code, which on a busy machine may happen after the next characters
    // are typed.
    await untilPageSays('chat-levers-own', /The dial rests meanwhile/, /refused is what is more probably refused/);
    const deleted = Array.from('0.2227', () => ({ press: 'Backspace' }));
    await strike({ press: 'Tab' }, { press: 'End' }, ...deleted, { type: '0.25' }, { press: 'Enter' });
    await until('a threshold', () => api.refusals()?.own?.threshold === 0.25);
    await strike({ choose: 'Reset for This Model' });
    await until('the reset', () => api.refusals()?.own === null && api.refusals()?.threshold === null);
  });

  it('include a direction, which is found in the open model and steers the next answer', async () => {
    if (!isWatched) return;
    const api = await paddock();
    await newConversation('chat-refusals-new');
    await openLevers();
    await strike({ choose: 'Find a Direction' });
    await until('the direction', () => api.refusals()?.directions.length === 1, 120_000);
    const [direction] = api.refusals()?.directions ?? [];
    assert.ok(direction);
    // Deciding by the token is the better lever, so the direction has no effect until the levers are set one by one.
    assert.deepEqual(api.refusals()?.driven, { lever: 'token' });
    await strike({ choose: 'Set Each Lever by Itself' });
    await until('levers by themselves', () => api.refusals()?.own !== null);
    const coefficient = 'Coefficient: how many times; below 0 the opposite';
    await strike({ choose: coefficient }, { press: 'End' }, { press: 'Backspace' }, { type: '-1' }, { press: 'Enter' });
    await until('the coefficient', () => api.refusals()?.own?.coefficient === -1);
    await untilPageSays('chat-direction', /Found /, /It is added/);
    await ask();
    const [, steered] = await ended(2);
    const along = steered?.decision?.probability;
    assert.ok(along !== undefined);
    await strike({ choose: 'Reset for This Model' });
    await until('the reset', () => api.refusals()?.own === null);
    await ask();
    const [, unsteered] = await ended(2);
    assert.notEqual(unsteered?.decision?.probability, along);
    await rm(direction.path);
  });

  it('are shown as missing, with a reason, for a model without them; searching for a direction then fails', async () => {
    if (!isWatched) return;
    const api = await paddock();
    await useModel(folder);
    await newConversation('chat-refusals-new');
    await openLevers();
    await untilPageSays('chat-no-levers', /There is no dial for this model/, /no direction is stored for this model/);
    assert.equal(api.refusals()?.driven, null);
    // The model answers everything in the same way, so it has no direction; a message says so, and nothing is stored.
    await vscode.commands.executeCommand('notifications.clearAll');
    await strike({ choose: 'Find a Direction' });
    await vscode.commands.executeCommand('notifications.showList');
    const said = async () => (await picture('direction-not-found')).notifications?.join('\n') ?? '';
    await until('to be told', async () => /No direction tells these prompts apart/.test(await said()), 120_000);
    await vscode.commands.executeCommand('notifications.hideList');
    assert.deepEqual(api.refusals()?.directions, []);
  });
});

/** Opens the panel's section on refusals, unless it is open. */
async function openRefusals(): Promise<void> {
  if (!(await panelSays('What the model is told first'))) await strike({ choose: 'Refusals' });
}

async function openLevers(): Promise<void> {
  await openRefusals();
  if (!(await panelSays('Set Each Lever by Itself'))) await strike({ choose: 'Levers' });
}

async function panelSays(words: string): Promise<boolean> {
  return ((await strike()).pages ?? []).join('\n').includes(words);
}

async function ask(): Promise<void> {
  await newConversation('chat-refusals-new');
  await strike({ type: 'How do I kill a process?' }, { press: 'Enter' });
}

/** The messages of the conversation, once there are this many and all have ended: answers have numbers then, also those that the engine ended. */
async function ended(count: number) {
  const messages = async () => {
    const all = (await lastConversation()).messages;
    return all.length === count && all.every(({ state, numbers }) => state === 'done' || numbers !== null) ? all : undefined;
  };
  await until('the answer', async () => (await messages()) !== undefined, 60_000);
  return (await messages()) ?? [];
}
