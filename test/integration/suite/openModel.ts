import assert from 'node:assert/strict';
import { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { writeDefaultModelAsGguf, writeHollowGguf } from '../../support/ggufModels.ts';
import { LLAMA_1B } from '../../support/llama.ts';
import type { Sight } from '../sight.ts';
import { accept, acceptsNothing, closeAll, openText, pause, predictable, trigger, type, typeUntilSuggested } from './editor.ts';
import { extension, paddock, reach, setting } from './paddock.ts';
import { logText, picture } from './say.ts';
import { until } from './until.ts';

const digest = 'f0a1'.repeat(16);

describe('Open Model…', () => {
  let folder = '';
  let foal = '';
  const ollama = process.env.OLLAMA_MODELS;
  before(async () => {
    await (await paddock()).ready();
    folder = await mkdtemp(path.join(tmpdir(), 'paddock-open-'));
    const tags = path.join(folder, 'ollama/manifests/registry.ollama.ai/library/0-foal');
    foal = path.join(folder, 'ollama/blobs', `sha256-${digest}`);
    await mkdir(tags, { recursive: true });
    await mkdir(path.dirname(foal));
    await writeDefaultModelAsGguf(foal, path.join(extension().extensionPath, 'models', 'default'));
    const layer = { mediaType: 'application/vnd.ollama.image.model', digest: `sha256:${digest}`, size: 1 };
    await writeFile(path.join(tags, '8m'), JSON.stringify({ layers: [layer] }));
    process.env.OLLAMA_MODELS = path.join(folder, 'ollama');
  });
  afterEach(async () => {
    await vscode.commands.executeCommand('notifications.clearAll');
    await vscode.commands.executeCommand('notifications.hideList');
    await setting('paddock.completion.contextWindow', undefined);
    await closeAll();
  });
  after(async () => {
    if (ollama === undefined) delete process.env.OLLAMA_MODELS;
    else process.env.OLLAMA_MODELS = ollama;
    await setting('paddock.completion.model', undefined);
    await setting('paddock.completion.contextWindow', undefined);
    await setting('paddock.inlineCompletion.enabled', undefined);
    await reach('ready');
    await rm(folder, { recursive: true });
  });

  it('finds a model of another program, describes it, opens it, and ghost text comes from it', async () => {
    const command = vscode.commands.executeCommand('paddock.model.open');
    await listShows('open-model', /0-foal:8m/);
    await confirm();
    await listShows('open-model-confirm', /Q8_0/);
    await confirm();
    await command;
    const { model } = await reach('ready');
    assert.deepEqual([model.path, model.name, model.family, model.fillInTheMiddle], [foal, '0-foal:8m', 'Llama', true]);
    assert.equal(vscode.workspace.getConfiguration().get('paddock.completion.model'), foal);
    const editor = await openText(predictable);
    const report = await typeUntilSuggested();
    await picture('open-model-ghost');
    assert.equal(await accept(editor), report.text);
  });

  it('unloads: no process and no suggestion while typing, until a request by hand loads the model again', async () => {
    await vscode.commands.executeCommand('paddock.model.unload');
    await reach('unloaded');
    await until('the process to end', async () => (await paddock()).enginePid() === undefined);
    const editor = await openText(`// What no suggestion is remembered for.\n${predictable}`);
    await type(' ');
    assert.equal(await acceptsNothing(editor), true);
    await picture('open-model-unloaded');
    await trigger();
    assert.equal((await reach('ready')).model.path, foal);
    const report = await typeUntilSuggested('a / b;\n', trigger);
    assert.equal(await accept(editor), report.text);
  });

  it('a file that is not a model: one message, and the open model stays open', async () => {
    const bad = path.join(folder, 'bad.gguf');
    await writeFile(bad, 'GGUF, or so it says, but there is nothing of the kind in here');
    await failsToOpen(bad, 'open-model-bad', bad);
    assert.equal((await reach('ready')).model.path, foal);
  });

  it('too little memory: the message names the window that fits, and its button opens the model with it', async () => {
    const hollow = path.join(folder, 'hollow.gguf');
    await writeHollowGguf(hollow, { ...LLAMA_1B, context: 2 ** 24 }, 'Hollow');
    await setting('paddock.completion.contextWindow', 0);
    await reach('ready');
    const { actions } = await failsToOpen(hollow, 'open-model-memory', 'A window of', true);
    if (actions) assert.match(actions.join(), /Open with \d+ Tokens/);
    assert.equal((await reach('ready')).model.path, foal);
  });

  it('opening can be cancelled: the open model stays open, and no partial conversion is left', async () => {
    const hollow = path.join(folder, 'hollow.gguf');
    const api = await paddock();
    await reach('ready');
    const command = vscode.commands.executeCommand('paddock.model.open', hollow);
    await until('the model to be on its way', async () => {
      await confirm();
      return api.progress() !== undefined;
    });
    await vscode.commands.executeCommand('notifications.showList');
    await picture('open-model-progress');
    await until('the cancellation to arrive', async () => {
      await vscode.commands.executeCommand('notification.acceptPrimaryAction');
      return api.progress() === undefined;
    });
    await command;
    assert.equal((await reach('ready')).model.path, foal);
    assert.notEqual(vscode.workspace.getConfiguration().get('paddock.completion.model'), hollow);
    const left = (await readdir(api.conversionsFolder)).filter((name) => name.includes('unfinished'));
    assert.deepEqual(left, []);
    const editor = await openText(predictable);
    const report = await typeUntilSuggested();
    assert.equal(await accept(editor), report.text);
  });

  it('while completion is off: the model is remembered, and loaded when completion is turned on', async () => {
    const other = path.join(folder, 'other.gguf');
    await copyFile(foal, other);
    await setting('paddock.inlineCompletion.enabled', false);
    await reach('off');
    const command = vscode.commands.executeCommand('paddock.model.open', other);
    const chosen = () => vscode.workspace.getConfiguration().get('paddock.completion.model') === other;
    await until('the model to be remembered', async () => {
      await confirm();
      return chosen();
    });
    assert.equal((await paddock()).enginePid(), undefined);
    await vscode.commands.executeCommand('notifications.showList');
    await picture('open-model-off');
    await until('the message to turn completion on', async () => {
      await vscode.commands.executeCommand('notification.acceptPrimaryAction');
      return (await paddock()).state().kind !== 'off';
    });
    await command;
    assert.deepEqual((await reach('ready')).model.name, 'Little Foal');
  });

  /** Chooses a model that cannot be opened and checks the message. */
  async function failsToOpen(model: string, name: string, words: string, needsYes = false): Promise<Partial<Sight>> {
    const before = ((await logText()) ?? '').length;
    const command = vscode.commands.executeCommand('paddock.model.open', model);
    const said = async () =>
      ((await logText()) ?? '')
        .slice(before)
        .split('\n')
        .filter((line) => line.includes(words));
    // If the folder of the log is not known, wait a while instead.
    const end = performance.now() + ((await logText()) === undefined ? 5_000 : 30_000);
    while ((await said()).length === 0 && performance.now() < end) {
      if (needsYes) await confirm();
      else await pause(100);
    }
    await vscode.commands.executeCommand('notifications.showList');
    await pause(1500); // a finished progress notification stays for a moment
    const sight = await picture(name);
    if (sight.notifications) {
      assert.equal(sight.notifications.length, 1, sight.notifications.join('\n'));
      assert.ok(sight.notifications[0]?.includes(words), sight.notifications[0]);
    }
    if ((await logText()) !== undefined) assert.equal((await said()).length, 1, 'the log says it once');
    await vscode.commands.executeCommand('notifications.clearAll');
    await command;
    return sight;
  }
});

/** Accepts the selected entry of the quick pick. */
async function confirm(): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
  await pause(200);
}

/** Waits until the quick pick shows something, if the window can be seen; otherwise waits a while. */
async function listShows(name: string, words: RegExp): Promise<void> {
  await pause(1500);
  await until(`the list to show ${words}`, async () => {
    const { list } = await picture(name);
    return list === undefined || list.some((line) => words.test(line));
  });
}
