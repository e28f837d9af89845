import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { attachUris } from '../../../extension/chat/attachments/attach.ts';
import { accept, closeAll, openText, predictable, typeUntilSuggested } from './editor.ts';
import { extension, paddock } from './paddock.ts';
import { picture } from './say.ts';
import { until } from './until.ts';

const root = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
const open = vscode.Uri.file(path.join(root, 'src/orders.ts'));
const closed = vscode.Uri.file(path.join(root, 'src/stock.js'));

/** Runs in a window of its own, whose workspace is not trusted. */
describe('an untrusted workspace', () => {
  let text = '';
  before(async () => {
    assert.ok(existsSync(closed.fsPath));
    text = await readFile(open.fsPath, 'utf8');
    assert.notEqual(text, '');
  });
  afterEach(closeAll);

  it('is not trusted', () => {
    assert.equal(vscode.workspace.isTrusted, false);
  });

  it('does not choose the model', async () => {
    await mkdir(path.join(root, '.vscode'), { recursive: true });
    const foreign = '/foreign.gguf';
    const settings = { 'editor.tabSize': 7, 'paddock.completion.model': foreign, 'paddock.chat.model': foreign };
    await writeFile(path.join(root, '.vscode/settings.json'), JSON.stringify(settings));
    await until('VS Code to read the settings', () => vscode.workspace.getConfiguration().get('editor.tabSize') === 7);
    for (const name of ['paddock.completion.model', 'paddock.chat.model'])
      assert.equal(vscode.workspace.getConfiguration().get(name), '');
    const model = await (await paddock()).ready();
    assert.equal(model.path, path.join(extension().extensionPath, 'models', 'default'));
  });

  it('has suggestions', async () => {
    const editor = await openText(predictable);
    const report = await typeUntilSuggested();
    assert.equal(await accept(editor), report.text);
  });

  it('has a chat about open files', async () => {
    const editor = await show();
    editor.selection = new vscode.Selection(0, 0, 12, 0);
    await vscode.commands.executeCommand('paddock.code.explain');
    const [question, answer] = (await paddock()).chat();
    assert.equal(question?.text, '/explain');
    assert.ok(answer && answer.state !== 'failed' && answer.text !== '');
    await picture('untrusted-chat');
  });

  it('lets only open files be attached', async () => {
    await show();
    const attached = await attachUris([open.toString(), closed.toString()]);
    assert.deepEqual(
      attached.map(({ label }) => label),
      ['src/orders.ts'],
    );
    assert.equal(attached[0]?.text, text);
    // The list of files to choose from contains only open ones.
    await vscode.commands.executeCommand('paddock.chat.add', closed, [closed]);
    const { pages } = await picture('untrusted-attached');
    assert.ok(pages === undefined || !pages.join('\n').includes('stock.js'));
  });

  it('remembers only open files', async () => {
    await show();
    const { workspaceMemory } = await paddock();
    await until('the open file to be remembered', () => workspaceMemory().paths.includes('src/orders.ts'));
    await until('the rest to be looked at', () => workspaceMemory().state === 'ready');
    assert.deepEqual(workspaceMemory().paths, ['src/orders.ts']);
    assert.equal(workspaceMemory().size?.documents, 1);
  });

  it('adds no parts of other files to prompts', async () => {
    await show();
    const files = (await paddock()).otherFiles();
    assert.deepEqual(
      files.filter((file) => file.path.includes('stock')),
      [],
    );
  });

  it('is not measured with closed files', async () => {
    await vscode.commands.executeCommand('paddock.context.measure');
    const { contextMeasurement } = await paddock();
    await until('code to be looked for', () => contextMeasurement().longestText !== null);
    assert.equal(contextMeasurement().onlyOpen, true);
    assert.ok(contextMeasurement().files <= 1, `${contextMeasurement().files} files`);
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    await vscode.window.tabGroups.close(tabs.filter(({ input }) => input instanceof vscode.TabInputWebview));
  });

  it('does not let code be inserted, applied or fixed', async () => {
    const { document } = await show();
    const { runCode, chat } = await paddock();
    const questions = chat().length;
    await runCode('insert', { code: 'foreign();\n', language: 'ts' });
    await runCode('apply', { code: 'export interface Order {\n  foreign: true;\n}\n', language: 'ts' });
    await vscode.commands.executeCommand('paddock.code.fix');
    await vscode.commands.executeCommand('paddock.code.document');
    await vscode.commands.executeCommand('paddock.change.apply');
    assert.equal(document.getText(), text);
    assert.equal(chat().length, questions);
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    assert.ok(!tabs.some(({ input }) => input instanceof vscode.TabInputTextDiff));
    await runCode('copy', { code: 'foreign();', language: 'ts' });
    assert.equal(await vscode.env.clipboard.readText(), 'foreign();');
  });
});

async function show(): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(open), { preview: false });
}
