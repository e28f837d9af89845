import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { writeScriptedModel } from '../../support/scriptedModel.ts';
import { accept, closeAll, openText, pause, predictable, trigger, typeUntilSuggested } from './editor.ts';
import { paddock, reach, setting } from './paddock.ts';
import { untilPageSays, untilTooltipSays } from './pages.ts';
import { isWatched, picture, strike } from './say.ts';
import { until } from './until.ts';

const code = 'export function half(value: number): number {\n  return value / 2;\n}\n';
const words = ['In the meadow', 'By the river'] as const;

/** Uses models that always give the same answer, so that it is known which of them answered. */
describe('a model of its own for the chat', function () {
  this.timeout(180_000); // models are opened
  let folder = '';
  const place = (name: 'meadow' | 'river') => path.join(folder, name);
  before(async () => {
    await (await paddock()).ready();
    folder = await mkdtemp(path.join(tmpdir(), 'paddock-chat-model-'));
    for (const [name, said] of [
      ['meadow', words[0]],
      ['river', words[1]],
    ] as const) {
      await mkdir(place(name));
      await writeScriptedModel(place(name), `${said} foals and mares are grazing, and nobody counts them.`);
    }
    await vscode.commands.executeCommand('paddock.chat.open');
  });
  afterEach(closeAll);
  after(async () => {
    await setting('paddock.chat.model', undefined);
    await setting('paddock.completion.model', undefined);
    await setting('paddock.inlineCompletion.enabled', undefined);
    await vscode.commands.executeCommand('workbench.action.closeSidebar');
    await reach('ready');
    await rm(folder, { recursive: true });
  });

  it('answers in a process of its own, while completions come from the other', async () => {
    const api = await paddock();
    await setting('paddock.chat.model', place('meadow'));
    await chatReaches(place('meadow'));
    assert.notEqual(api.chatEnginePid(), api.enginePid());
    assert.notEqual((await reach('ready')).model.path, place('meadow'));
    await vscode.commands.executeCommand('paddock.chat.new');
    await showCode();
    const asked = vscode.commands.executeCommand('paddock.code.explain');
    await until('the question', () => api.chat().length > 0);
    const editor = await openText(predictable);
    const report = await typeUntilSuggested();
    assert.equal(await accept(editor), report.text);
    assert.ok(!report.text.includes('grazing'));
    await asked;
    await answered(words[0]);
    await untilPageSays('chat-model', /In the meadow foals/, /^meadow$/m);
    await untilTooltipSays('chat-model-tooltip', /^Chat: meadow: .+ parameters, on CPU/m);
    const { status } = await picture('chat-model-status');
    if (status !== undefined) assert.match(status, /Ready, with .+\. Chat: meadow/);
  });

  it('outlives a crash of the other engine, and the other way round', async () => {
    const api = await paddock();
    const [completion, chat] = [api.enginePid(), api.chatEnginePid()];
    assert.ok(completion && chat);
    process.kill(chat, 'SIGKILL');
    await until('another process', () => api.chatEnginePid() !== undefined && api.chatEnginePid() !== chat);
    await chatReaches(place('meadow'));
    assert.equal(api.enginePid(), completion);
    const other = api.chatEnginePid();
    process.kill(completion, 'SIGKILL');
    await until('another process', () => api.enginePid() !== undefined && api.enginePid() !== completion);
    await reach('ready');
    assert.equal(api.chatEnginePid(), other);
    await vscode.commands.executeCommand('paddock.engine.restart');
    await reach('ready');
    await chatReaches(place('meadow'));
    assert.ok(api.enginePid() !== completion && api.chatEnginePid() !== other);
  });

  it('is unloaded separately: Unload Model asks which, and a question loads it again', async () => {
    const api = await paddock();
    const command = vscode.commands.executeCommand('paddock.model.unload');
    await listShows('chat-model-unload', /meadow/, /Both/);
    await vscode.commands.executeCommand('workbench.action.quickOpenSelectNext');
    await pause(200);
    await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
    await command;
    await until('the end of its process', () => api.chatState().kind === 'unloaded' && api.chatEnginePid() === undefined);
    await untilPageSays('chat-model-unloaded', /meadow is unloaded/);
    await reach('ready');
    await explain();
    await answered(words[0]);
    await vscode.commands.executeCommand('paddock.model.unload', 'completion');
    await reach('unloaded');
    await until('the end of the process', () => api.enginePid() === undefined);
    await explain();
    await answered(words[0]);
    await openText(predictable);
    await typeUntilSuggested(undefined, trigger);
    await reach('ready');
  });

  it('runs alone while inline completion is off, and not at all without a chat', async () => {
    const api = await paddock();
    await setting('paddock.inlineCompletion.enabled', false);
    await reach('off');
    await explain();
    await answered(words[0]);
    assert.equal(api.enginePid(), undefined);
    await vscode.commands.executeCommand('workbench.action.closeSidebar');
    await setting('paddock.inlineCompletion.enabled', undefined);
    await reach('ready');
    await until('the end of its process', () => api.chatEnginePid() === undefined);
    await vscode.commands.executeCommand('paddock.chat.open');
    await chatReaches(place('meadow'));
  });

  it('is chosen in Open Model…, for the chat only; then one for completion only, and one for both', async () => {
    if (!isWatched) return;
    const api = await paddock();
    const before = (await reach('ready')).model.path;
    await openFor('river', 'Open for Chat Only');
    await chatReaches(place('river'));
    assert.equal((await reach('ready')).model.path, before);
    assert.equal(configured('paddock.chat.model'), place('river'));
    await explain();
    await answered(words[1]);

    await setting('paddock.chat.model', undefined);
    await until('one engine', () => api.chatEnginePid() === undefined && isOpenIn(api.chatState(), before));
    await openFor('meadow', 'Open for Completion Only');
    await until('the model', async () => (await reach('ready')).model.path === place('meadow'));
    assert.equal(configured('paddock.chat.model'), 'default');
    await chatReaches(before);
    assert.ok(api.chatEnginePid() !== undefined);

    await openFor('river', 'for completion and the chat');
    await until('the model', async () => (await reach('ready')).model.path === place('river'));
    assert.equal(configured('paddock.chat.model'), '');
    assert.equal(api.chatEnginePid(), undefined);
    await explain();
    await answered(words[1]);
  });

  it('that cannot be opened: the panel says why, and completion goes on', async () => {
    await setting('paddock.completion.model', undefined);
    const api = await paddock();
    await setting('paddock.chat.model', path.join(folder, 'nowhere'));
    await until('the failure', () => api.chatState().kind === 'failed');
    await untilPageSays('chat-model-failed', /nowhere/);
    const editor = await openText(predictable);
    const report = await typeUntilSuggested();
    assert.equal(await accept(editor), report.text);
    // The same model as completion, by whatever name, is not opened twice.
    await setting('paddock.chat.model', 'default');
    await until('the model of completion', () => api.chatState().kind === 'ready');
    assert.equal(api.chatEnginePid(), undefined);
    await setting('paddock.chat.model', undefined);
    assert.equal(api.chatState().kind, 'ready');
  });

  /** Opens a model with an entry of the dialog, chosen by its words. */
  async function openFor(name: 'meadow' | 'river', entry: string): Promise<void> {
    const command = vscode.commands.executeCommand('paddock.model.open', place(name));
    await listShows(`chat-model-open-${name}`, new RegExp(entry, 'i'));
    await strike({ type: entry }, { press: 'Enter' });
    await command;
  }
});

/** Has code explained in the chat, and waits for the end of the answer. */
async function explain(): Promise<void> {
  await showCode();
  await vscode.commands.executeCommand('paddock.code.explain');
}

async function showCode(): Promise<void> {
  const editor = await openText(code);
  editor.selection = new vscode.Selection(0, 0, 2, 1);
}

/** Waits until the chat's last message is an answer that begins with these words. */
async function answered(beginning: string): Promise<void> {
  const api = await paddock();
  const last = () => api.chat().at(-1);
  await until('the answer', () => last()?.role === 'assistant' && last()?.state === 'done');
  assert.ok(last()?.text.startsWith(beginning), last()?.text);
}

async function chatReaches(model: string): Promise<void> {
  const api = await paddock();
  await until(`the chat to have ${model}`, () => isOpenIn(api.chatState(), model), 60_000);
}

function isOpenIn(state: Awaited<ReturnType<typeof reach>>, model: string): boolean {
  return state.kind === 'ready' && state.model.path === model;
}

function configured(name: string): unknown {
  return vscode.workspace.getConfiguration().get(name);
}

/** Waits until the quick pick shows these lines, if the window can be seen; otherwise waits a while. */
async function listShows(name: string, ...lines: readonly RegExp[]): Promise<void> {
  await pause(1500);
  await until(`the list to show ${lines}`, async () => {
    const { list } = await picture(name);
    return list === undefined || lines.every((words) => list.some((line) => words.test(line)));
  });
}
