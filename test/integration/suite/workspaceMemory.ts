import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { MemoryReport } from '../../../extension/workspaceMemory/report.ts';
import { accept, closeAll, openText, pause, trigger, type, typeUntilSuggested } from './editor.ts';
import { extension, paddock, reach, setting, suggestionAfter } from './paddock.ts';
import { untilTooltipSays } from './pages.ts';
import { until } from './until.ts';

/** The files of the sample workspace that are to be remembered. */
const sample = ['report.py', 'src/orders.ts', 'src/stock.js', 'tsconfig.json'];
const code = 'export function wheelbarrow(load: number): number {\n  return load * 2;\n}\n';
const line = "registerZanzibar('marmalade', quixoticLedger, 1789);\n";

describe('workspace memory', () => {
  const root = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
  const at = (file: string) => path.join(root, file);
  const write = async (file: string, text = code) => {
    await mkdir(path.dirname(at(file)), { recursive: true });
    await writeFile(at(file), text);
  };

  before(async () => {
    assert.notEqual(root, '', 'The suite needs a workspace.');
    await setting('files.autoSave', 'off'); // on by default in a browser
    await closeAll();
    await (await paddock()).ready();
  });
  afterEach(async () => {
    await closeAll();
    for (const made of ['.gitignore', '.env', 'made', 'moved', 'made.ts']) await rm(at(made), { recursive: true, force: true });
    await setting('paddock.workspaceMemory.enabled', undefined);
    await setting('files.exclude', undefined);
    await setting('search.exclude', undefined);
    await setting('paddock.exclude', undefined);
    await reach('ready');
    await holds(sample);
  });

  after(() => setting('files.autoSave', undefined));

  it('contains the code of the workspace, and the engine has as many documents', async () => {
    const { size, characters, leftOut } = await holds(sample);
    assert.equal(size?.documents, sample.length);
    assert.ok(size.tokens > 100 && size.tokens < characters, `${size.tokens} tokens of ${characters} characters`);
    assert.equal(leftOut, 0);
    await untilTooltipSays('workspace-memory-tooltip', /Workspace memory: 4 files, \d+(\.\d)? KiB of text$/m);
  });

  it('never contains secrets or files that Git or settings exclude, whichever place excludes them', async () => {
    await write('.gitignore', 'private\n*.local.ts\n');
    await write('.env', 'TOKEN=1\n');
    await write('made/below/.gitignore', 'own.ts\n!kept.local.ts\n');
    for (const name of ['private/a.ts', 'made/a.local.ts', 'made/private/a.ts', 'made/below/own.ts']) await write(name);
    for (const name of ['made/secrets.ts', 'made/node_modules/a.js', 'made/credentials.json', 'made/a.hidden.ts'])
      await write(name);
    await write('made/key.ts', `export const key = \`-----BEGIN ${'PRIVATE'} KEY-----\n\`;\n`);
    await setting('search.exclude', { '**/*.hidden.*': true });
    await write('made/below/kept.local.ts');
    await write('made/kept.ts');
    await holds([...sample, 'made/below/kept.local.ts', 'made/kept.ts']);
    // So far they were found one by one; now all at once.
    await vscode.commands.executeCommand('paddock.engine.restart');
    await reach('ready');
    await holds([...sample, 'made/below/kept.local.ts', 'made/kept.ts']);
    await rm(at('private'), { recursive: true });
  });

  it('follows the rules: files that a .gitignore or a setting excludes are removed, and return when the rule is removed', async () => {
    await write('made/a.ts');
    await holds([...sample, 'made/a.ts']);
    await write('.gitignore', '/made\n');
    await holds(sample);
    await write('.gitignore', '# nothing\n');
    await holds([...sample, 'made/a.ts']);
    await setting('files.exclude', { made: true, '**/*.py': true });
    await holds(sample.slice(1));
    await setting('files.exclude', undefined);
    await holds([...sample, 'made/a.ts']);
  });

  it('leaves out files in paddock.exclude: they are forgotten, get no suggestions, and return afterwards', async () => {
    const api = await paddock();
    await write('made/a.ts', line + code);
    await holds([...sample, 'made/a.ts']);
    const document = await vscode.workspace.openTextDocument(at('made/a.ts'));
    const editor = await vscode.window.showTextDocument(document);
    const end = document.positionAt(document.getText().length);
    editor.selection = new vscode.Selection(end, end);
    await setting('paddock.exclude', ['made/**', '**/*.py']);
    await holds(sample.slice(1));
    await type('regi');
    await until('the reason', () => api.silences()[0]?.silence === 'excluded');
    const [typing] = api.silences();
    await trigger();
    await until('the reason', () => api.silences()[0] !== typing && api.silences()[0]?.silence === 'excluded');
    assert.equal(api.silences()[0]?.manual, true);
    await setting('paddock.exclude', undefined);
    await holds([...sample, 'made/a.ts']);
    await typeUntilSuggested('sterZanzibar(');
  });

  it('follows files and folders that any program creates, changes, moves or deletes', async () => {
    const { size } = await holds(sample);
    await write('made/a.ts');
    await holds([...sample, 'made/a.ts']);
    const before = await tokens((count) => count > (size?.tokens ?? 0));
    await write('made/a.ts', code.repeat(3));
    await tokens((count) => count > before);
    await rename(at('made'), at('moved'));
    await holds([...sample, 'moved/a.ts']);
    await rm(at('moved'), { recursive: true });
    await holds(sample);
    await tokens((count) => count === size?.tokens);
  });

  it('follows unsaved edits, and forgets discarded ones', async () => {
    const { size } = await holds(sample);
    const before = size?.tokens ?? 0;
    const document = await vscode.workspace.openTextDocument(at('src/stock.js'));
    await vscode.window.showTextDocument(document);
    await type('const wheelbarrow = 1;\n');
    await tokens((count) => count > before);
    await closeAll();
    await tokens((count) => count === before);
  });

  it('removes a file as soon as it contains a secret', async () => {
    await write('made.ts');
    await holds([...sample, 'made.ts']);
    const document = await vscode.workspace.openTextDocument(at('made.ts'));
    await vscode.window.showTextDocument(document);
    await type(`// ghp_${'aB3'.repeat(12)}\n`);
    await holds(sample);
  });

  it('contains an untitled document while it is open, unless it is prose', async () => {
    const { document } = await openText(code);
    await holds([...sample, document.uri.path]);
    await openText('Buy a wheelbarrow.\n', 'plaintext');
    await pause(1500);
    await holds([...sample, document.uri.path]);
    await closeAll();
    await holds(sample);
  });

  it('contains the cells of an open notebook, each as a document', async () => {
    const cell = (text: string) => new vscode.NotebookCellData(vscode.NotebookCellKind.Code, text, 'python');
    const prose = new vscode.NotebookCellData(vscode.NotebookCellKind.Markup, '# Wheelbarrows', 'markdown');
    const cells = new vscode.NotebookData([cell('import math\n'), prose, cell('print(math.pi)\n')]);
    const notebook = await vscode.workspace.openNotebookDocument('jupyter-notebook', cells);
    await vscode.window.showNotebookDocument(notebook);
    const [first, , last] = notebook.getCells().map(({ document }) => document.uri.fragment);
    await holds([...sample, `${notebook.uri.path}#${first}`, `${notebook.uri.path}#${last}`]);
  });

  it('turned off, is empty at once; turned on, is filled again', async () => {
    await setting('paddock.workspaceMemory.enabled', false);
    await holds([], 'off');
    await write('made.ts');
    await pause(1500);
    await holds([], 'off');
    await rm(at('made.ts'));
    await setting('paddock.workspaceMemory.enabled', undefined);
    const { size } = await holds(sample);
    assert.equal(size?.documents, sample.length);
    // Quickly off and on, while it is being filled.
    await vscode.commands.executeCommand('paddock.engine.restart');
    await reach('ready');
    await setting('paddock.workspaceMemory.enabled', false);
    await setting('paddock.workspaceMemory.enabled', undefined);
    assert.deepEqual((await holds(sample)).size, size);
  });

  it('forgets on request and stays empty, even with a new engine, until the setting is turned on again', async () => {
    await vscode.commands.executeCommand('paddock.workspaceMemory.forget');
    await holds([], 'forgotten');
    await untilTooltipSays('workspace-memory-forgotten-tooltip', /Workspace memory: forgotten$/m);
    await vscode.commands.executeCommand('paddock.engine.restart');
    await reach('ready');
    await write('made.ts');
    await pause(1500);
    await holds([], 'forgotten');
    await rm(at('made.ts'));
    await setting('paddock.workspaceMemory.enabled', false);
    await holds([], 'off');
    await setting('paddock.workspaceMemory.enabled', undefined);
    await holds(sample);
  });

  it('is sent in full to another model', async () => {
    const { size } = await holds(sample);
    const folder = await mkdtemp(path.join(tmpdir(), 'paddock-memory-'));
    await cp(path.join(extension().extensionPath, 'models', 'default'), folder, { recursive: true });
    await setting('paddock.completion.model', folder);
    await until('the other model', async () => {
      const state = (await paddock()).state();
      return state.kind === 'ready' && state.model.path === folder;
    });
    assert.deepEqual((await holds(sample)).size, size);
    await setting('paddock.completion.model', undefined);
    await reach('ready');
    await rm(folder, { recursive: true });
  });

  it('is sent in full to the engine after a crash', async () => {
    const api = await paddock();
    const pid = api.enginePid();
    assert.ok(pid);
    process.kill(pid, 'SIGKILL');
    await until('another engine', () => api.enginePid() !== undefined && api.enginePid() !== pid);
    await reach('ready');
    const { size } = await holds(sample);
    assert.equal(size?.documents, sample.length);
    await vscode.commands.executeCommand('paddock.engine.restart'); // resets the count of crashes
  });

  it('lets suggestions use the text of another file', async () => {
    await write('made.ts', `${code}${line.repeat(3)}${code}`);
    await holds([...sample, 'made.ts']);
    const editor = await openText('// Begin.\n');
    await type("registerZanzibar('");
    await typeUntilSuggested("marmalade', quixo");
    await accept(editor);
    assert.ok(editor.document.getText().startsWith(`// Begin.\n${line.trim()}`), editor.document.getText());
  });

  it('removes cached suggestions that came from a file when the file is forgotten', async () => {
    await write('made.ts', `${code}${line.repeat(3)}${code}`);
    await holds([...sample, 'made.ts']);
    await openText('// Begin again.\n');
    await type("registerZanzibar('");
    const { text } = await typeUntilSuggested("marmalade', quixo");
    assert.match(text, /Ledger, 1789/);
    await vscode.commands.executeCommand('paddock.workspaceMemory.forget');
    try {
      await holds([], 'forgotten');
      await vscode.commands.executeCommand('editor.action.inlineSuggest.hide');
      assert.doesNotMatch((await suggestionAfter(trigger))?.text ?? '', /Ledger/);
    } finally {
      await setting('paddock.workspaceMemory.enabled', false);
      await setting('paddock.workspaceMemory.enabled', undefined);
    }
  });
});

/** Waits until the memory contains these documents and has nothing to do. */
async function holds(paths: readonly string[], state: MemoryReport['state'] = 'ready'): Promise<MemoryReport> {
  const api = await paddock();
  const wanted = [...paths].sort();
  const now = () => api.workspaceMemory();
  // A new engine has not reported its size yet, although the documents to send are known already.
  const isTold = () => state !== 'ready' || wanted.length === 0 || now().size !== undefined;
  const isSo = () => now().state === state && String([...now().paths].sort()) === String(wanted) && isTold();
  try {
    await until('the memory', isSo, 10_000);
  } catch {
    const { state: found, ...rest } = now();
    assert.deepEqual({ state: found, paths: [...rest.paths].sort() }, { state, paths: wanted });
  }
  return now();
}

/** Waits until the engine's number of remembered tokens meets a condition, and returns it. */
async function tokens(isSo: (count: number) => boolean): Promise<number> {
  const count = async () => (await paddock()).workspaceMemory().size?.tokens ?? 0;
  await until(`another count of tokens than ${await count()}`, async () => isSo(await count()), 10_000);
  return count();
}
