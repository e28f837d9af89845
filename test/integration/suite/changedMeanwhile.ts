import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { CompletionReport } from '../../../extension/engineState.ts';
import { acceptsNothing, closeAll, openText, pause, predictable, trigger, typeUntilSuggested } from './editor.ts';
import { ghostIn, glance, tab, untilHidden, untilShown, write, writeUntilSuggested } from './keyboard.ts';
import { paddock, reach, recordStates, setting, suggestionAfter } from './paddock.ts';
import { until } from './until.ts';

/** Comments and code that repeat their beginnings. */
const remarks = `// Openers of ledgers seal them, too.
openLedger('north', 1789);
// Barrels are counted at noon.
countBarrels(marmalade, 'south');
`;
const begun = `${remarks}\n${remarks}\n// Openers of ledgers`;
const left = ' seal them, too.\n';

describe('settings and state that change while typing', () => {
  before(async () => {
    await (await paddock()).ready();
  });
  afterEach(async () => {
    await closeAll();
    for (const name of ['debounce', 'maxTokens', 'inComments', 'languages'])
      await setting(`paddock.inlineCompletion.${name}`, undefined);
    for (const name of ['engine.threads', 'completion.contextWindow']) await setting(`paddock.${name}`, undefined);
    await reach('ready');
    await setting('editor.inlineSuggest.enabled', undefined);
    await setting('paddock.inlineCompletion.eagerness', 'all');
  });

  it('delay: a long one leaves requests by hand only; a short one brings ghost text while typing', async () => {
    await setting('paddock.inlineCompletion.debounce', 600_000);
    await openText(`// ${Date.now()}, for which nothing is known yet.\n${predictable}`);
    const states = await recordStates();
    await write(' ');
    await pause(1_500);
    states.stop();
    assert.deepEqual(states.kinds, []);
    await typeUntilSuggested('a / b;\n', trigger);
    await setting('paddock.inlineCompletion.debounce', 0);
    const editor = await openText(`// Another.\n${predictable}`); // another text, so that nothing is cached
    const report = await writeUntilSuggested(' a / b;\n');
    assert.equal(await tab(editor, report), report.text);
  });

  it('length: no later suggestion is longer, not even a cached one', async () => {
    await setting('paddock.inlineCompletion.debounce', 600_000); // only requests by hand reach the engine
    await openText(`// ${Date.now()}, for which nothing is known yet.\n${predictable}`);
    const first = await typeUntilSuggested(' a / b;\n', trigger);
    assert.ok(first.stats && first.stats.generatedTokens > 3, JSON.stringify(first));
    await setting('paddock.inlineCompletion.maxTokens', 3);
    const short = await askedAgain();
    assert.notEqual(short?.text, first.text);
    assert.ok((short?.stats?.generatedTokens ?? 0) <= 3, JSON.stringify(short));
    await setting('paddock.inlineCompletion.maxTokens', undefined);
    assert.equal((await askedAgain())?.text, first.text);
  });

  it('comments: turned off and on between two keys', async () => {
    const api = await paddock();
    await setting('paddock.inlineCompletion.inComments', false);
    const editor = await openText(begun);
    const since = api.silences()[0];
    await write(left.slice(0, 2));
    await until('the reason', () => api.silences()[0] !== since && api.silences()[0]?.silence === 'in-comment');
    assert.equal(ghostIn(await glance()), '');
    await setting('paddock.inlineCompletion.inComments', true);
    const report = await writeUntilSuggested(left.slice(2));
    assert.equal(await tab(editor, report), report.text);
    assert.ok(editor.document.getText().startsWith(begun + left.slice(0, 2)), editor.document.getText());
  });

  it('required likelihood: an unlikely suggestion comes only by hand, or if all are wanted', async () => {
    const api = await paddock();
    await setting('paddock.inlineCompletion.eagerness', 'sure');
    await openText('const zebra = 1;\n');
    const unlikely = () => api.silences().filter(({ silence }) => silence === 'unlikely').length;
    const before = unlikely();
    for (const character of 'let quagga = mix(ze') {
      if (unlikely() > before) break;
      await suggestionAfter(() => write(character));
    }
    assert.ok(unlikely() > before, 'the model was sure of everything');
    assert.equal(ghostIn(await glance()), '');
    assert.ok(await suggestionAfter(trigger), 'nothing came by hand');
    await setting('paddock.inlineCompletion.eagerness', 'all');
    const withheld = unlikely();
    await openText('const zebra = 2;\n');
    await writeUntilSuggested('let quagga = mix(ze');
    assert.equal(unlikely(), withheld);
  });

  it("the editor's own switch: the status item says that it is off, and ghost text comes when it is on", async () => {
    await setting('editor.inlineSuggest.enabled', false);
    const editor = await openText(predictable);
    const states = await recordStates();
    await write(' ');
    await pause(1_000);
    states.stop();
    assert.deepEqual(states.kinds, []);
    const hidden = (await glance()).status;
    if (hidden !== undefined) assert.match(hidden, /The editor hides all suggestions/);
    await setting('editor.inlineSuggest.enabled', undefined);
    const report = await writeUntilSuggested('a / b;\n');
    assert.equal(await tab(editor, report), report.text);
    const { status } = await glance();
    if (status !== undefined) assert.doesNotMatch(status, /hides/);
  });

  it('threads and window: the model is reopened with them while the text is open, and ghost text comes', async () => {
    const editor = await openText(predictable);
    await setting('paddock.engine.threads', 1);
    await setting('paddock.completion.contextWindow', 512);
    await until('the model to be opened so', async () => {
      const state = (await paddock()).state();
      return state.kind === 'ready' && state.model.threads === 1 && state.model.window === 512;
    });
    const report = await writeUntilSuggested(' a / b;\n');
    assert.equal(await tab(editor, report), report.text);
  });

  it('language: turning it off removes the visible suggestion, and Tab accepts nothing', async () => {
    const editor = await openText(predictable);
    const report = await writeUntilSuggested(' a / b;\n');
    await untilShown(report.text);
    await vscode.commands.executeCommand('paddock.inlineCompletion.toggleLanguage');
    await untilHidden();
    assert.equal(await acceptsNothing(editor, 500), true);
    await vscode.commands.executeCommand('paddock.inlineCompletion.toggleLanguage');
  });

  it('engine: if it is killed, Tab still accepts the visible suggestion, and the next comes from a new process', async () => {
    const api = await paddock();
    const pid = api.enginePid();
    assert.ok(pid);
    const editor = await openText(predictable);
    const report = await writeUntilSuggested(' a / b;\n');
    await untilShown(report.text);
    process.kill(pid, 'SIGKILL');
    await until('the death to be noticed', () => api.state().kind === 'restarting' || api.enginePid() !== pid);
    assert.equal(await tab(editor, report), report.text);
    await reach('ready');
    assert.notEqual(api.enginePid(), pid);
    const other = await openText(`// Another.\n${predictable}`);
    const next = (await suggestionAfter(() => write(' '))) ?? (await writeUntilSuggested('a / b;\n'));
    assert.equal(await tab(other, next), next.text);
    await vscode.commands.executeCommand('paddock.engine.restart'); // resets the count of crashes
    await reach('ready');
  });
});

/** The suggestion after Escape and a request by hand. */
async function askedAgain(): Promise<CompletionReport | undefined> {
  await vscode.commands.executeCommand('editor.action.inlineSuggest.hide');
  return suggestionAfter(trigger);
}
