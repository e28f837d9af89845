import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { CompletionReport } from '../../../extension/engineState.ts';
import { closeAll, openText, pause, predictable, trigger } from './editor.ts';
import { ghostIn, glance, inserted, press, tab, untilHidden, untilShown, write, writeUntilSuggested } from './keyboard.ts';
import { paddock, setting, suggestionAfter } from './paddock.ts';
import { until } from './until.ts';

/** Lines that differ from each other and occur twice, so that any model continues with several of them. */
const steps = `openLedger('north', 1789);
countBarrels(marmalade, 'south');
const total = weighBarrels(marmalade).total;
await registerZanzibar(total, { quixotic: true });
sealLedger('north', total);
closeHarbour(['north', 'south', 'east']);
`;
const begun = `${steps}\n// Once more.\n${steps}\n// And again.\n${steps.slice(0, steps.indexOf('const total'))}`;
const left = steps.slice(steps.indexOf('const total'));

describe('keys while ghost text is there', () => {
  before(async () => {
    await (await paddock()).ready();
    // After the cursor there is nothing but the suggestion.
    for (const name of ['Brackets', 'Quotes']) await setting(`editor.autoClosing${name}`, 'never');
  });
  afterEach(closeAll);
  after(async () => {
    for (const name of ['Brackets', 'Quotes']) await setting(`editor.autoClosing${name}`, undefined);
  });

  it('undo after an accept takes back all of it and nothing else', async () => {
    const editor = await openText(predictable);
    const report = await writeUntilSuggested(' a / b;\n');
    const before = editor.document.getText();
    await tab(editor, report);
    await press('ControlOrMeta+z');
    await until('the undo', () => editor.document.getText() === before);
  });

  it('the next word, then the rest: together they are the suggestion', async () => {
    const editor = await openText(begun);
    const { text } = await suggestionOf(/^\S+\s*\S+[\s\S]*\w/);
    await untilShown(text);
    const word = await inserted(editor, () => press('ControlOrMeta+ArrowRight'));
    assert.ok(word.trim() !== '' && word.length < text.length && text.startsWith(word), `${word} of ${text}`);
    await untilShown(text.slice(word.length));
    assert.equal(await tab(editor, { text: text.slice(word.length), elapsedMs: 0 }), text.slice(word.length));
  });

  it('the next line, then the rest: together they are the suggestion', async () => {
    const end = left.indexOf('\n');
    const editor = await openText(begun + left.slice(0, end));
    const { text } = await suggestionOf(/\S\n[\s\S]*\S/, left.slice(end));
    await untilShown(text);
    const nextLine = () => vscode.commands.executeCommand('editor.action.inlineSuggest.acceptNextLine');
    const line = await inserted(editor, nextLine);
    // Accepting a line includes the line break at its end, or the one at the suggestion's beginning.
    assert.ok(text.startsWith(line) && /^[^\n]*\n?$/.test(line), `${line} of ${text}`);
    const rest = text.slice(line.length);
    await untilShown(rest);
    assert.equal(await tab(editor, { text: rest, elapsedMs: 0 }), rest);
  });

  it('Escape hides it until the next edit; it returns when asked for by hand, and shrinks as it is typed', async () => {
    const api = await paddock();
    const editor = await openText(begun);
    const report = await writeUntilSuggested('const total = ');
    const before = editor.document.getText();
    await untilShown(report.text);
    await press('Escape');
    await untilHidden();
    await pause(1_000);
    assert.equal(api.lastCompletion(), report, 'nobody has asked');
    assert.equal(ghostIn(await glance()), '');
    const again = await suggestionAfter(trigger);
    assert.equal(again?.text, report.text);
    await untilShown(report.text);
    await press('Escape');
    await untilHidden();
    assert.equal(editor.document.getText(), before);
    const rest = await suggestionAfter(() => write(report.text.slice(0, 1)));
    assert.equal(rest?.text, report.text.slice(1));
    assert.equal(await tab(editor, rest), rest.text);
  });

  it('typing what it says keeps the rest of it in place', async () => {
    const editor = await openText(begun);
    const { text } = await suggestionOf(/^[\w .]{4}/);
    const before = editor.document.getText();
    await untilShown(text);
    const api = await paddock();
    await write(text.slice(0, 3));
    await until('what was typed', () => editor.document.getText() === before + text.slice(0, 3));
    await until('the rest', () => api.lastCompletion()?.text === text.slice(3));
    await untilShown(text.slice(3));
    assert.equal(await tab(editor, { text: text.slice(3), elapsedMs: 0 }), text.slice(3));
  });
});

/** Types on until a suggestion of a certain form is shown. */
async function suggestionOf(form: RegExp, typed = left): Promise<CompletionReport> {
  for (const character of typed) {
    const report = await suggestionAfter(() => write(character));
    if (report && form.test(report.text)) return report;
  }
  throw new Error(`No suggestion like ${form} appeared while this was typed: ${typed}`);
}
