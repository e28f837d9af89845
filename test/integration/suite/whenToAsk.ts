import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { accept, closeAll, openText, pause, trigger, type, typeUntilSuggested } from './editor.ts';
import { ghostIn, glance, press, tab, write, writeUntilSuggested } from './keyboard.ts';
import { paddock, reach, recordStates, setting, suggestionAfter } from './paddock.ts';
import { isWatched, logText, picture } from './say.ts';
import { until } from './until.ts';

/** Lines that differ from each other and occur twice, so that any model continues with them. */
const steps = `openLedger('north', 1789);
countBarrels(marmalade, 'south');
const total = weighBarrels(marmalade).total;
await registerZanzibar(total, { quixotic: true });
sealLedger('north', total);
if (total > 12) sendHerald('east', total);
closeHarbour(['north', 'south', 'east']);
`;
const begun = `${steps}\n// Once more.\n${steps.slice(0, steps.indexOf('const total'))}const`;

describe('when suggestions are requested', () => {
  before(async () => {
    await (await paddock()).ready();
  });
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
    await closeAll();
    await setting('paddock.inlineCompletion.debounce', undefined);
    await setting('paddock.inlineCompletion.inComments', undefined);
    await setting('paddock.inlineCompletion.multiline', undefined);
  });

  it('typing what the model is generating continues the same computation', async () => {
    const first = await openText(begun);
    const said = (await typeUntilSuggested(' total = ')).text;
    const typed = first.document.getText().slice(begun.length);
    assert.ok(said.length >= 4, said);
    await closeAll();
    await vscode.commands.executeCommand('paddock.engine.restart'); // clears the cache of suggestions
    await reach('ready');
    const before = await asked();
    const editor = await openText(begun + typed.slice(0, -1));
    await setting('paddock.inlineCompletion.debounce', 0);
    const states = await recordStates();
    await type(typed.slice(-1));
    await until('the computation', () => states.kinds.includes('generating'));
    states.stop();
    const report = await suggestionAfter(() => type(said.slice(0, 3), 30));
    assert.equal(await asked(), before + 1);
    // The last of the answers to the same keystrokes.
    assert.ok(report && said.endsWith(report.text), `${report?.text} of ${said}`);
    assert.ok(editor.document.getText().startsWith(begun + typed), editor.document.getText());
  });

  for (const [lineBreak, endOfLine] of [
    ['\n', vscode.EndOfLine.LF],
    ['\r\n', vscode.EndOfLine.CRLF],
  ] as const) {
    it(`the next suggestion is ready after an accept, with ${JSON.stringify(lineBreak)} between the lines`, async () => {
      const editor = await openText(begun);
      await editor.edit((edit) => edit.setEndOfLine(endOfLine));
      // Depending on the model there may be nothing to suggest after the first accept, so this is tried along the text.
      for (const typed of [' total = ', '\nawait registerZanzibar(', '\nsealLedger(', '\nif (total']) {
        await typeUntilSuggested(typed);
        await pause(300);
        await reach('ready'); // after what follows it has been computed, too
        const next = await suggestionAfter(() => accept(editor));
        if (!next) continue;
        assert.deepEqual(next, { text: next.text, elapsedMs: 0 });
        await picture('after-accept');
        assert.equal(await accept(editor), next.text.replaceAll('\n', lineBreak));
        if (next.text.includes('\n')) return;
      }
      assert.fail(`Nothing followed what was accepted in ${editor.document.getText()}`);
    });
  }

  it('multi-line suggestions: "never" gives one line, "always" gives a block even in the middle of a line', async () => {
    const suggested = async (multiline: string, text: string, typed: string) => {
      await setting('paddock.inlineCompletion.multiline', multiline);
      const editor = await openText(`// ${multiline}\n${text}`);
      const report = await writeUntilSuggested(typed);
      assert.equal(await tab(editor, report), report.text);
      return report.text;
    };
    const line = await suggested('never', `${steps}\n// Once more.\nopenLedger('north', 1789);`, '\ncountBarrels(marmalade');
    assert.ok(!line.includes('\n'), line);
    const block = await suggested('always', begun, ' total = ');
    assert.ok(block.includes('\n'), block);
    await closeAll();
    const again = await suggested('automatic', begun, ' total = ');
    assert.ok(!again.includes('\n'), again);
  });

  it("the editor's own snooze stops suggestions until it ends", async () => {
    const editor = await openText(begun);
    try {
      await vscode.commands.executeCommand('editor.action.inlineSuggest.snooze', 5);
      const states = await recordStates();
      for (const character of ' to') {
        await write(character);
        await pause(300);
      }
      await pause(1_000);
      states.stop();
      assert.deepEqual(states.kinds, []);
    } finally {
      const list = vscode.commands.executeCommand('paddock.inlineCompletion.why');
      await pause(500);
      await vscode.commands.executeCommand('workbench.action.quickOpenSelectNext'); // End Snooze
      await picture('end-snooze');
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      await list;
    }
    const report = await writeUntilSuggested('tal = ');
    assert.equal(await tab(editor, report), report.text);
  });

  it('there is no request with several cursors, after a deletion or inside a word', async () => {
    const api = await paddock();
    const editor = await openText(begun);
    const states = await recordStates();
    const reasonFor = async (act: () => Promise<unknown>) => {
      const [before] = api.silences();
      await act();
      await until('a reason', () => api.silences()[0] !== before);
      return api.silences()[0]?.silence;
    };
    const { active } = editor.selection;
    const [above, here] = [new vscode.Selection(0, 4, 0, 4), new vscode.Selection(active, active)];
    editor.selections = [here, above];
    assert.equal(await reasonFor(() => write(' ')), 'several-cursors');
    editor.selection = new vscode.Selection(active, active);
    assert.equal(await reasonFor(() => press('Backspace')), 'after-deleting');
    editor.selection = new vscode.Selection(0, 2, 0, 2);
    assert.equal(await reasonFor(() => write('l')), 'word-right-of-cursor');
    states.stop();
    assert.deepEqual(states.kinds, []);
    assert.equal(ghostIn(await glance()), '');
  });

  it('whoever asks by hand where nothing comes is told why in the status bar', async () => {
    if (!isWatched) return;
    const editor = await openText('const name = 1;\n');
    editor.selection = new vscode.Selection(0, 8, 0, 8);
    await vscode.commands.executeCommand('paddock.inlineCompletion.trigger');
    await until('to be told', async () => /Paddock: The cursor stood inside a word\./.test((await glance()).statusBar ?? ''));
  });

  it('each request without a suggestion is recorded with reason, time and place', async () => {
    const api = await paddock();
    const editor = await openText('const name = 1;\n');
    const since = new Date();
    editor.selection = new vscode.Selection(0, 8, 0, 8);
    await trigger();
    await until('the reason', () => api.silences()[0]?.silence === 'word-right-of-cursor');
    const [record] = api.silences();
    assert.ok(record);
    const { line, column, languageId, manual, at } = record;
    assert.deepEqual({ line, column, languageId, manual }, { line: 1, column: 9, languageId: 'typescript', manual: true });
    assert.ok(at >= since && at <= new Date(), `${at}`);
    editor.selection = new vscode.Selection(1, 0, 1, 0);
    await type('a');
    await vscode.commands.executeCommand('deleteLeft');
    await trigger(); // by hand one comes all the same, so the last recorded reason is the deletion's
    await setting('paddock.inlineCompletion.inComments', false);
    await type('// what');
    await until('another reason', () => api.silences()[0]?.silence === 'in-comment');
    const shown = vscode.commands.executeCommand('paddock.inlineCompletion.why');
    await pause(500);
    const { list: lines } = await picture('why-no-suggestion');
    await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
    await shown;
    if (lines) {
      const text = lines.join('\n');
      for (const words of [/comment/, /inside a word/, /line 1, column 9/, /Ready, with|writes a suggestion/]) {
        assert.match(text, words);
      }
    }
  });
});

/** How often the engine was asked for a suggestion to show, by the log. */
async function asked(): Promise<number> {
  await pause(1_000); // until the log is written
  return (await logText())?.match(/The engine is asked: request/g)?.length ?? 0;
}
