import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { accept, closeAll, openText, pause, trigger, type, typeUntilSuggested } from './editor.ts';
import { ghostIn, glance, press, tab, write, writeUntilSuggested } from './keyboard.ts';
import { paddock, reach, recordStates, setting, suggestionAfter } from './paddock.ts';
import { logText, picture } from './say.ts';
import { until } from './until.ts';

/** Unlike each other, and said once before, so that any model goes on with them. */
const steps = `openLedger('north', 1789);
countBarrels(marmalade, 'south');
const total = weighBarrels(marmalade).total;
await registerZanzibar(total, { quixotic: true });
sealLedger('north', total);
if (total > 12) sendHerald('east', total);
closeHarbour(['north', 'south', 'east']);
`;
const begun = `${steps}\n// Once more.\n${steps.slice(0, steps.indexOf('const total'))}const`;

describe('when to ask', () => {
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

  it('typing what the model is saying goes on with the one computation', async () => {
    const first = await openText(begun);
    const said = (await typeUntilSuggested(' total = ')).text;
    const typed = first.document.getText().slice(begun.length);
    assert.ok(said.length >= 4, said);
    await closeAll();
    await vscode.commands.executeCommand('paddock.engine.restart'); // forgets what it has suggested
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
    // The last of several answers to the same keystrokes, if there were several.
    assert.ok(report && said.endsWith(report.text), `${report?.text} of ${said}`);
    assert.ok(editor.document.getText().startsWith(begun + typed), editor.document.getText());
  });

  for (const [lineBreak, endOfLine] of [
    ['\n', vscode.EndOfLine.LF],
    ['\r\n', vscode.EndOfLine.CRLF],
  ] as const) {
    it(`after an accept the next suggestion is there, with ${JSON.stringify(lineBreak)} between the lines`, async () => {
      const editor = await openText(begun);
      await editor.edit((edit) => edit.setEndOfLine(endOfLine));
      // What comes after the first may be nothing, for one model or another; so it is tried along the text.
      for (const typed of [' total = ', '\nawait registerZanzibar(', '\nsealLedger(', '\nif (total']) {
        await typeUntilSuggested(typed);
        await pause(300);
        await reach('ready'); // with what comes after it, too
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

  it('a suggestion is a line where the setting says never, and a block in the middle of a line where it says always', async () => {
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

  it("the editor's own snooze silences it, until that ends", async () => {
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

  it('nobody is asked with several cursors, after a deletion or inside a word', async () => {
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

  it('tells of each request that shows nothing why, when and where', async () => {
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
    await trigger(); // by hand it comes all the same, so what it says is of the deletion before
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

/** How often the engine has been asked for somebody who waits. */
async function asked(): Promise<number> {
  await pause(1_000); // until the log is on the disk
  return (await logText())?.match(/The engine is asked: request/g)?.length ?? 0;
}
