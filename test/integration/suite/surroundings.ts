import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { CompletionReport } from '../../../extension/engineState.ts';
import { closeAll, openText, pause, predictable } from './editor.ts';
import { ghostIn, glance, press, tab, untilHidden, untilShown, write, writeUntilSuggested } from './keyboard.ts';
import { paddock, setting, suggestionAfter } from './paddock.ts';
import { isWatched, strike } from './say.ts';
import { until } from './until.ts';

describe('typing with other things on the screen than one editor', () => {
  before(async () => {
    await (await paddock()).ready();
  });
  afterEach(closeAll);

  describe('with the completion list open', () => {
    const begun = "fillShelf(marmaladeJar, 'north');\nwipeTable(marmaladeLid, 'south');\n\nfillShelf(";
    let list: vscode.Disposable;
    before(async () => {
      const names = ['marmaladeJar', 'marmaladeLid'];
      const provideCompletionItems = () => names.map((name) => new vscode.CompletionItem(name));
      list = vscode.languages.registerCompletionItemProvider('typescript', { provideCompletionItems });
      await setting('editor.quickSuggestions', { other: 'on', comments: 'off', strings: 'off' });
    });
    after(async () => {
      list.dispose();
      await setting('editor.quickSuggestions', { other: 'off', comments: 'off', strings: 'off' });
    });

    /** Opens a text and types the beginning of an entry of the list, until the list is open and the ghost text continues its entry. */
    async function withList(): Promise<{ readonly editor: vscode.TextEditor; readonly report: CompletionReport }> {
      const editor = await openText(begun);
      for (const character of 'mar') await write(character);
      if (isWatched) await until('the list', async () => /^marmalade/.test((await glance()).entry ?? ''));
      const report = await suggestionAfter(() => write('m'));
      assert.ok(report, 'no suggestion while the list is open');
      return { editor, report };
    }

    it('Tab accepts its entry, then the ghost text', async () => {
      const { editor, report } = await withList();
      if (!isWatched) return;
      const { entry = '' } = await glance();
      // The ghost text continues the selected entry, so both are visible at once.
      await untilShown(`${entry.slice(4)}${report.text}`);
      await press('Tab');
      await until('the entry', () => editor.document.getText() === `${begun}${entry}`);
      assert.equal(await tab(editor, report), report.text);
    });

    it('Escape closes it, then hides the ghost text; neither returns', async () => {
      if (!isWatched) return;
      const { editor } = await withList();
      const api = await paddock();
      await press('Escape');
      await until('the list to close', async () => (await glance()).entry === '');
      await pause(500); // the editor's request without the list
      const shown = api.lastCompletion();
      assert.ok(shown);
      await untilShown(shown.text);
      await press('Escape');
      await untilHidden();
      await pause(1_000);
      assert.equal(api.lastCompletion(), shown, 'nobody has asked');
      const { entry, ghost } = await glance();
      assert.deepEqual({ entry, ghost }, { entry: '', ghost: [] });
      assert.equal(editor.document.getText(), `${begun}marm`);
    });
  });

  it('with an input method: the composed text arrives unchanged, and ghost text comes after it', async () => {
    const lines = "登记('苹果', 1789);\n清点('苹果', '南方');\n称重('苹果', '北方');\n";
    const begun = `${lines}\n// 再来一次\n登记('苹果', 1789);\n清点('`;
    const editor = await openText(begun);
    if (!isWatched) return void (await write('苹果'));
    // There may or may not be a suggestion meanwhile; composing and suggesting must not interfere.
    await suggestionAfter(() => strike({ compose: ['p', 'pi', 'ping', 'pingg', 'pingguo'] }));
    assert.equal(editor.document.getText(), `${begun}pingguo`);
    const first = await suggestionAfter(() => strike({ commit: '苹果' }));
    await until('the word', () => editor.document.getText().startsWith(`${begun}苹果`));
    assert.equal(editor.document.getText(), `${begun}苹果`);
    const report = first ?? (await writeUntilSuggested("', '南方');\n"));
    assert.equal(await tab(editor, report), report.text);
  });

  it('in a diff editor: ghost text on the editable side, and no change on the other', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'paddock-diff-'));
    try {
      const [was, is] = ['was.ts', 'is.ts'].map((name) => vscode.Uri.file(path.join(folder, name))) as [vscode.Uri, vscode.Uri];
      await writeFile(was.fsPath, `${predictable} a;\n}\n`);
      await writeFile(is.fsPath, predictable);
      await vscode.commands.executeCommand('vscode.diff', was, is);
      await until('the editor', () => vscode.window.activeTextEditor?.document.uri.fsPath === is.fsPath);
      const editor = vscode.window.activeTextEditor as vscode.TextEditor;
      const end = editor.document.positionAt(predictable.length);
      editor.selection = new vscode.Selection(end, end);
      const report = await writeUntilSuggested(' a / b;\n');
      assert.equal(await tab(editor, report), report.text);
      assert.ok(editor.document.getText().startsWith(predictable), editor.document.getText());
      assert.equal((await vscode.workspace.openTextDocument(was)).getText(), `${predictable} a;\n}\n`);
      await vscode.commands.executeCommand('workbench.action.files.revert');
    } finally {
      await closeAll();
      await rm(folder, { recursive: true });
    }
  });

  it('in two editors of one document: ghost text in the active one, and accepting it inserts it once', async () => {
    const first = await openText(predictable);
    const { document } = first;
    const second = await vscode.window.showTextDocument(document, vscode.ViewColumn.Beside);
    second.selection = first.selection;
    const report = await writeUntilSuggested(' a / b;\n');
    const before = document.getText();
    if (isWatched) {
      await untilShown(report.text);
      assert.equal(ghostIn(await glance()), report.text.split('\n')[0]);
    }
    assert.equal(await tab(second, report), report.text);
    assert.equal(document.getText(), before + report.text);
  });
});
