import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Wanted } from '../../../extension/chat/commands/codeCommands.ts';
import { closeAll, openText } from './editor.ts';
import { leaveModel, useScriptedModel } from './otherModel.ts';
import { paddock, setting } from './paddock.ts';
import { picture } from './say.ts';
import { until } from './until.ts';

const text = `/** Twice as much. */
export function double(value: number): number {
  return value * 2;
}

export function half(value: number): number {
  return value / 3;
}
`;
const mended = 'export function half(value: number): number {\n  return value / 2;\n}';

describe('code in answers', () => {
  before(async () => {
    await setting('files.autoSave', 'off'); // on by default in a browser
    await closeAll();
    await (await paddock()).ready();
  });
  afterEach(closeAll);
  after(() => setting('files.autoSave', undefined));

  it('is shown as a diff: nothing is written before Apply, and undo reverts it', async () => {
    const { document } = await openText(text);
    await apply(mended);
    assert.equal(document.getText(), text);
    assert.deepEqual(await changeShown(), text.replace('/ 3', '/ 2'));
    await picture('change-proposed');
    await vscode.commands.executeCommand('paddock.change.apply');
    assert.equal(document.getText(), text.replace('/ 3', '/ 2'));
    assert.equal(vscode.window.activeTextEditor?.document, document);
    assert.equal(proposalTabs().length, 0);
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), text);
  });

  it('leaves the document as it is when discarded', async () => {
    const { document } = await openText(text);
    await apply(mended);
    await changeShown();
    await vscode.commands.executeCommand('paddock.change.discard');
    await until('the diff to be closed', () => proposalTabs().length === 0);
    assert.equal(document.getText(), text);
    await vscode.commands.executeCommand('paddock.change.apply');
    assert.equal(document.getText(), text);
  });

  it('is shown again if the document has changed meanwhile, and applied to its new text', async () => {
    const { document } = await openText(text);
    await apply(mended);
    await changeShown();
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(0, 0), '// Sums.\n');
    assert.ok(await vscode.workspace.applyEdit(edit));
    const wanted = `// Sums.\n${text.replace('/ 3', '/ 2')}`;
    await vscode.commands.executeCommand('paddock.change.apply');
    assert.equal(document.getText(), `// Sums.\n${text}`);
    await until('the change as it is now', async () => (await changeShown()) === wanted);
    await vscode.commands.executeCommand('paddock.change.apply');
    assert.equal(document.getText(), wanted);
  });

  it('is inserted at the cursor, with the indentation of its line', async () => {
    const editor = await openText(text);
    const at = new vscode.Position(2, 2);
    editor.selection = new vscode.Selection(at, at);
    await (await paddock()).runCode('insert', { code: 'if (value > 9) {\n    log(value);\n}\n', language: 'ts' });
    const wanted = text.replace('  return value * 2', '  if (value > 9) {\n    log(value);\n  }\n  return value * 2');
    assert.equal(editor.document.getText(), wanted);
    await vscode.commands.executeCommand('undo');
    assert.equal(editor.document.getText(), text);
  });

  it('is put into a new file of its language, and on the clipboard', async () => {
    const api = await paddock();
    await api.runCode('newFile', { code: '  def area(r):\n    return r\n', language: 'py' });
    const { document } = vscode.window.activeTextEditor ?? assert.fail('no editor');
    assert.equal(document.getText(), 'def area(r):\n  return r\n');
    assert.equal(document.languageId, 'python');
    assert.ok(document.isUntitled);
    await api.runCode('copy', { code: 'const a = 1;', language: 'ts' });
    assert.equal(await vscode.env.clipboard.readText(), 'const a = 1;');
  });
});

describe('commands about a selection', () => {
  before(async () => {
    await closeAll();
    await (await paddock()).ready();
  });
  afterEach(async () => {
    await vscode.commands.executeCommand('paddock.chat.stop');
    await closeAll();
  });

  it('Explain Selection asks about the selection, in a new conversation, and gets an answer', async () => {
    const editor = await openText(text);
    editor.selection = new vscode.Selection(1, 0, 4, 0);
    await vscode.commands.executeCommand('paddock.code.explain');
    const { chat } = await paddock();
    const [question, answer, ...more] = chat();
    assert.equal(question?.text, '/explain');
    assert.equal(answer?.role, 'assistant');
    assert.notEqual(answer.state, 'failed');
    assert.notEqual(answer.text, '');
    assert.deepEqual(more, []);
    await picture('explained');
  });

  it('Fix and Document ask for code, write nothing themselves, and can be stopped', async () => {
    const { document } = await openText(text);
    const { chat } = await paddock();
    for (const [command, words] of [
      ['paddock.code.fix', '/fix'],
      ['paddock.code.document', '/doc'],
    ] as const) {
      const editor = await vscode.window.showTextDocument(document);
      editor.selection = new vscode.Selection(2, 2, 2, 2);
      const running = vscode.commands.executeCommand(command);
      await until('the question', () => chat()[0]?.text.startsWith(words) === true);
      await vscode.commands.executeCommand('paddock.chat.stop');
      await running;
      assert.notEqual(chat()[1]?.state, 'streaming');
      assert.equal(document.getText(), text);
      for (const tab of proposalTabs()) await vscode.window.tabGroups.close(tab);
    }
  });

  it('Document shows its change where the code was moved to meanwhile, and none if the code itself has changed', async () => {
    const said = '/** Doubles a value. */\nexport function double(value: string): number {\n  return 2;\n}';
    const folder = await useScriptedModel(`\`\`\`typescript\n${said}\n\`\`\`\n`);
    for (const [at, isShown] of [
      [0, true],
      [2, false],
    ] as const) {
      const editor = await openText(text);
      const { document } = editor;
      editor.selection = new vscode.Selection(1, 9, 1, 9);
      const running = vscode.commands.executeCommand('paddock.code.document');
      const edit = new vscode.WorkspaceEdit();
      edit.insert(document.uri, new vscode.Position(at, 0), '// Sums.\n\n');
      assert.ok(await vscode.workspace.applyEdit(edit));
      const changed = document.getText();
      await running;
      assert.equal(document.getText(), changed);
      assert.equal(proposalTabs().length, isShown ? 1 : 0);
      if (isShown) {
        assert.equal(await changeShown(), `// Sums.\n\n${text.replace('Twice as much', 'Doubles a value')}`);
        // A later change of the code itself is not overwritten either.
        const later = new vscode.WorkspaceEdit();
        later.insert(document.uri, new vscode.Position(4, 0), '  // Twice.\n');
        assert.ok(await vscode.workspace.applyEdit(later));
        const written = document.getText();
        await vscode.commands.executeCommand('paddock.change.apply');
        await until('the diff to be closed', () => proposalTabs().length === 0);
        assert.equal(document.getText(), written);
      }
      await closeAll();
    }
    await leaveModel(folder);
  });

  it('lightbulbs offer them for a selection and for problems, and not for an empty selection', async () => {
    const { document } = await openText(text);
    const collection = vscode.languages.createDiagnosticCollection('suite');
    try {
      assert.deepEqual(await offered(document, new vscode.Range(1, 3, 1, 3)), []);
      assert.deepEqual(await offered(document, new vscode.Range(1, 0, 3, 1)), [
        'paddock.code.explain',
        'paddock.code.fix',
        'paddock.code.document',
        'paddock.code.tests',
      ]);
      const range = new vscode.Range(6, 9, 6, 14);
      collection.set(document.uri, [new vscode.Diagnostic(range, 'Half (not a third) is wanted.')]);
      assert.deepEqual(await offered(document, new vscode.Range(6, 10, 6, 10)), ['paddock.code.fix', 'paddock.code.explain']);
      await hoverExplains(document, range.start);
    } finally {
      collection.dispose();
    }
  });
});

async function apply(code: string): Promise<void> {
  await (await paddock()).runCode('apply', { code, language: 'typescript' });
}

/** The text on the right side of the open diff. */
async function changeShown(): Promise<string> {
  await until('a diff', () => proposalTabs().some(({ isActive }) => isActive));
  const [tab] = proposalTabs();
  assert.ok(tab?.input instanceof vscode.TabInputTextDiff);
  const { modified } = tab.input;
  return (await vscode.workspace.openTextDocument(modified)).getText();
}

function proposalTabs(): vscode.Tab[] {
  const isProposal = ({ input }: vscode.Tab) =>
    input instanceof vscode.TabInputTextDiff && input.modified.scheme === 'paddock-proposal';
  return vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).filter(isProposal);
}

/** Paddock's commands in the lightbulb at a place, in order. */
async function offered({ uri }: vscode.TextDocument, range: vscode.Range): Promise<string[]> {
  const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', uri, range);
  return actions.flatMap(({ command }) => (command?.command.startsWith('paddock.') ? [command.command] : []));
}

/** The link in a problem's hover asks about that problem; its message may contain brackets. */
async function hoverExplains({ uri }: vscode.TextDocument, position: vscode.Position): Promise<void> {
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', uri, position);
  const texts = hovers.flatMap(({ contents }) => contents.map((each) => (typeof each === 'string' ? each : each.value)));
  const link = texts.map((each) => /\(command:paddock\.code\.explain\?([^)]*)\)/.exec(each)?.[1]).find((each) => each);
  const [wanted] = JSON.parse(decodeURIComponent(link ?? '')) as [Wanted];
  assert.deepEqual(wanted, { uri: uri.toString(), line: 6, messages: ['Half (not a third) is wanted.'] });
}
