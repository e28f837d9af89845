import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { accept, acceptsNothing, closeAll, openText, predictable, trigger, type, typeUntilSuggested } from './editor.ts';
import { write, writeUntilSuggested } from './keyboard.ts';
import { paddock, reach, recordStates, setting } from './paddock.ts';
import { picture } from './say.ts';
import { until } from './until.ts';

async function toggle(): Promise<void> {
  await vscode.commands.executeCommand('paddock.inlineCompletion.toggle');
}

describe('switches', () => {
  before(async () => {
    await (await paddock()).ready();
  });
  afterEach(async () => {
    await closeAll();
    await setting('paddock.inlineCompletion.enabled', undefined);
    await setting('paddock.inlineCompletion.languages', undefined);
    await setting('paddock.inlineCompletion.trigger', undefined);
    await setting('paddock.engine.unloadAfter', undefined);
    await reach('ready');
  });

  it('completion off: no ghost text, no engine process, and the status says so', async () => {
    const api = await paddock();
    const pid = api.enginePid();
    assert.ok(pid);
    await toggle();
    await reach('off');
    assert.equal(api.enginePid(), undefined);
    const editor = await openText(predictable);
    await type(' ');
    await trigger();
    assert.equal(await acceptsNothing(editor), true);
    const { status } = await picture('off');
    if (status !== undefined) assert.match(status, /off/i);
    assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
  });

  it('completion on again: a new engine, and ghost text', async () => {
    await toggle();
    await reach('off');
    await toggle();
    await reach('ready');
    const editor = await openText(predictable);
    const report = await typeUntilSuggested();
    assert.equal(await accept(editor), report.text);
  });

  it('a language that is off: suggestions only by hand, and other languages unchanged', async () => {
    await setting('paddock.inlineCompletion.languages', { typescript: false });
    const editor = await openText(predictable);
    await type(' ');
    assert.equal(await acceptsNothing(editor), true);
    await typeUntilSuggested(undefined, trigger);
    const other = await openText(predictable, 'javascript');
    const report = await typeUntilSuggested();
    assert.equal(await accept(other), report.text);
  });

  it('only by hand: no request while typing, a suggestion by hand, and one while typing after the setting changes', async () => {
    const api = await paddock();
    await setting('paddock.inlineCompletion.trigger', 'manual');
    const editor = await openText(`// Asked for by hand.\n${predictable}`);
    const states = await recordStates();
    await write(' a');
    await until('the reason', () => api.silences()[0]?.silence === 'only-by-hand');
    assert.equal(await acceptsNothing(editor), true);
    states.stop();
    assert.deepEqual(states.kinds, []);
    const byHand = await typeUntilSuggested(' / b;\n', trigger, write);
    assert.equal(await accept(editor), byHand.text);
    await setting('paddock.inlineCompletion.trigger', undefined);
    const again = await openText(`// Not asked for.\n${predictable}`);
    const report = await writeUntilSuggested(' a / b;\n');
    assert.equal(await accept(again), report.text);
  });

  it('a model that was not used for a while is unloaded, and typing loads it again', async () => {
    const api = await paddock();
    const editor = await openText(`// ${Date.now()}\n${predictable}`);
    await setting('paddock.engine.unloadAfter', 0.01);
    await reach('unloaded');
    await until('the process to end', () => api.enginePid() === undefined);
    await setting('paddock.engine.unloadAfter', undefined);
    await write(' ');
    await reach('ready');
    const report = await writeUntilSuggested('a / b;\n');
    assert.equal(await accept(editor), report.text);
  });

  it('the command turns the language of the active editor off and on', async () => {
    const editor = await openText(predictable);
    await vscode.commands.executeCommand('paddock.inlineCompletion.toggleLanguage');
    await type(' ');
    assert.equal(await acceptsNothing(editor), true);
    await vscode.commands.executeCommand('paddock.inlineCompletion.toggleLanguage');
    const again = await openText(predictable);
    const report = await typeUntilSuggested();
    assert.equal(await accept(again), report.text);
  });
});
