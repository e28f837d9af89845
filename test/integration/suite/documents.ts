import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { closeAll, pause, predictable } from './editor.ts';
import { ghostIn, glance, tab, write, writeUntilSuggested } from './keyboard.ts';
import { paddock, recordStates, setting, suggestionAfter } from './paddock.ts';
import { until } from './until.ts';

interface Kind {
  readonly name: string;
  readonly file: string;
  readonly before: string;
  readonly next: string;
  readonly after?: string;
}

const python = 'def add(a, b):\n    return a + b\n\n\ndef subtract(a, b):\n    return';
const afterwards = '\n}\n\nexport const half = divide(1, 2);\n';
const kinds: readonly Kind[] = [
  { name: 'TypeScript', file: 'sums.ts', before: predictable, next: ' a / b;\n', after: afterwards },
  { name: 'Python', file: 'sums.py', before: python, next: ' a - b\n\n\ndef multiply(a, b):', after: '\n\n\nprint(add(1, 2))\n' },
  {
    name: 'a file with CRLF',
    file: 'crlf.ts',
    before: predictable.replaceAll('\n', '\r\n'),
    next: ' a / b;\n',
    after: afterwards.replaceAll('\n', '\r\n'),
  },
  {
    name: 'a file of 50 000 lines',
    file: 'long.ts',
    before: `${lines(25_000)}${predictable}`,
    next: ' a / b;\n',
    after: `${afterwards}${lines(25_000)}`,
  },
];

describe('typing on the keyboard', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'paddock-typing-'));
    await setting('files.autoSave', 'off'); // on by default in a browser
    await closeAll();
    await (await paddock()).ready();
  });
  afterEach(closeAll);
  after(async () => {
    await setting('files.autoSave', undefined);
    await rm(folder, { recursive: true });
  });

  async function open(name: string, before: string, after = ''): Promise<vscode.TextEditor> {
    const file = path.join(folder, name);
    await writeFile(file, before + after);
    const document = await vscode.workspace.openTextDocument(file);
    const editor = await vscode.window.showTextDocument(document, { preview: false });
    const cursor = document.positionAt(before.length);
    editor.selection = new vscode.Selection(cursor, cursor);
    editor.revealRange(editor.selection);
    return editor;
  }

  for (const { name, file, before, next, after } of kinds) {
    it(`in ${name}: ghost text, and Tab accepts it`, async () => {
      const editor = await open(file, before, after);
      const report = await writeUntilSuggested(next);
      const eol = before.includes('\r\n') ? '\r\n' : '\n';
      assert.equal(await tab(editor, report), report.text.replaceAll('\n', eol));
      const text = editor.document.getText();
      assert.ok(text.startsWith(before) && text.endsWith(after ?? ''), text.slice(-2000));
      assert.equal(text.split(eol).length, text.split('\n').length, 'one kind of line end');
    });
  }

  it('in an untitled file, from its first character', async () => {
    await vscode.commands.executeCommand('workbench.action.files.newUntitledFile');
    const editor = await shown();
    await vscode.languages.setTextDocumentLanguage(editor.document, 'javascript');
    await suggestionAfter(() => write('const first = values.one;\nconst second = values.two;\nconst third'));
    const report = await writeUntilSuggested(' = values.three;\nconst fourth = ');
    const before = editor.document.getText();
    assert.equal(await tab(editor, report), report.text);
    assert.equal(editor.document.getText(), before + report.text);
  });

  it('in a cell of a notebook, without a change to other cells', async () => {
    const cell = (text: string) => new vscode.NotebookCellData(vscode.NotebookCellKind.Code, text, 'python');
    const data = new vscode.NotebookData([cell('import math\n'), cell(python)]);
    const notebook = await vscode.workspace.openNotebookDocument('jupyter-notebook', data);
    const range = new vscode.NotebookRange(1, 2);
    await vscode.window.showNotebookDocument(notebook, { selections: [range] });
    await vscode.commands.executeCommand('notebook.cell.edit');
    const document = notebook.cellAt(1).document;
    await until('the cell to be edited', () => vscode.window.activeTextEditor?.document === document);
    const editor = await shown();
    const end = document.positionAt(python.length);
    editor.selection = new vscode.Selection(end, end);
    const report = await writeUntilSuggested(' a - b\n\n\ndef multiply(a, b):');
    assert.equal(await tab(editor, report), report.text);
    assert.ok(document.getText().startsWith(python), document.getText());
    assert.equal(notebook.cellAt(0).document.getText(), 'import math\n');
  });

  it('in a read-only file: no change and no request; once it is writable again, ghost text', async () => {
    const editor = await open('guarded.ts', predictable);
    await vscode.commands.executeCommand('workbench.action.files.setActiveEditorReadonlyInSession');
    const states = await recordStates();
    await write(' a /');
    await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
    await pause(1_000);
    states.stop();
    assert.deepEqual(states.kinds, []);
    assert.equal(editor.document.getText(), predictable);
    assert.equal(ghostIn(await glance()), '');
    await vscode.commands.executeCommand('workbench.action.files.setActiveEditorWriteableInSession');
    const report = await writeUntilSuggested(' a / b;\n');
    assert.equal(await tab(editor, report), report.text);
  });
});

async function shown(): Promise<vscode.TextEditor> {
  await until('an editor', () => vscode.window.activeTextEditor !== undefined);
  return vscode.window.activeTextEditor as vscode.TextEditor;
}

/** Lines of code that all differ. */
function lines(count: number): string {
  return Array.from({ length: count }, (_, index) => `export const value${index} = ${index * 7};\n`).join('');
}
