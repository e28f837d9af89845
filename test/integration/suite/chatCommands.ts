import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Stroke } from '../hands.ts';
import { untilFieldFocused } from './conversations.ts';
import { closeAll, openText, pause } from './editor.ts';
import { leaveModel, useScriptedModel } from './otherModel.ts';
import { paddock, setting } from './paddock.ts';
import { isWatched, picture, strike } from './say.ts';
import { until } from './until.ts';

const text = `export function double(value: number): number {
  return value * 2;
}

export function half(value: number): number {
  return value / 3;
}
`;
const mended = '/** Half as much. */\nexport function half(value: number): number {\n  return value / 2;\n}';
const script = `Here it is.\n\n\`\`\`typescript\n${mended}\n\`\`\`\n`;
const wanted = text.replace(/export function half[^}]*\}/, mended);
const documented = text.replace('export function half', '/** Half as much. */\n$&');

/** Uses a model that always gives the same answer, so that the effect of a command is known. */
describe('commands about code, with mouse and keyboard', function () {
  this.timeout(180_000); // language servers start, and a model is opened
  let folder = '';
  before(async () => {
    await setting('files.autoSave', 'off'); // on by default in a browser
    await (await paddock()).ready();
    folder = await useScriptedModel(script);
  });
  afterEach(async () => {
    await vscode.commands.executeCommand('paddock.chat.stop');
    await closeAll();
  });
  after(async () => {
    await setting('files.autoSave', undefined);
    await leaveModel(folder);
  });

  it('Fix Selection from the command palette: shows a diff, and Apply makes the change', async () => {
    if (!isWatched) return;
    const document = await inHalf();
    await palette('Fix Selection');
    assert.equal(await proposed(), wanted);
    assert.equal(document.getText(), text);
    assert.match((await asked())[0] ?? '', /^\/fix/);
    await picture('fix-proposed');
    await strike({ choose: 'Apply Change' });
    await until('the change to be made', () => document.getText() === wanted);
    assert.equal(proposals().length, 0);
  });

  it('Document Selection from the context menu: shows a diff of the comment alone, and Discard changes nothing', async () => {
    if (!isWatched) return;
    const document = await inHalf();
    await strike({ press: 'Shift+F10' }, { choose: 'Paddock' }, { choose: 'Document Selection' });
    assert.equal(await proposed(), documented);
    assert.match((await asked())[0] ?? '', /^\/doc/);
    await strike({ choose: 'Discard Change' });
    await until('the diff to be closed', () => proposals().length === 0);
    assert.equal(document.getText(), text);
  });

  it('the answer to /doc in the panel: the button of its code shows the same diff', async () => {
    if (!isWatched) return;
    const document = await inHalf();
    const [editor] = vscode.window.visibleTextEditors;
    if (editor) editor.selection = new vscode.Selection(4, 0, 6, 1);
    await vscode.commands.executeCommand('paddock.chat.new');
    await untilFieldFocused();
    await strike({ type: '/doc' }, { press: 'Enter' });
    await until('the answer', async () => (await asked()).at(-1) === script.trim(), 60_000);
    await strike({ clickInPage: 'figure vscode-button[aria-label="Apply as a Diff"]' });
    assert.equal(await proposed(), documented);
    await strike({ choose: 'Apply Change' });
    await until('the change to be made', () => document.getText() === documented);
  });

  it('Write Tests from the lightbulb: a new file in the same folder', async () => {
    if (!isWatched) return;
    const document = await inHalf();
    const [editor] = vscode.window.visibleTextEditors;
    if (editor) editor.selection = new vscode.Selection(4, 0, 6, 1);
    await pause(1_000); // a change of the selection closes the list
    await strike({ press: 'ControlOrMeta+.' }, { choose: 'Write Tests with Paddock' });
    const written = () => vscode.window.visibleTextEditors.find((each) => each.document.getText().trim() === mended);
    await until('a file of tests', () => written() !== undefined);
    assert.ok(written()?.document.isUntitled);
    assert.equal(document.getText(), text);
    assert.match((await asked())[0] ?? '', /^\/tests/);
  });

  it('the link in the hover of a problem: an answer about it, and nothing else changes', async () => {
    if (!isWatched) return;
    const document = await inHalf();
    const problems = vscode.languages.createDiagnosticCollection('suite');
    try {
      problems.set(document.uri, [new vscode.Diagnostic(new vscode.Range(5, 9, 5, 14), 'A third is no half.')]);
      await vscode.commands.executeCommand('editor.action.showHover');
      await strike({ choose: 'Explain with Paddock' });
      await until('the answer', async () => (await asked())[1] === script.trim(), 60_000);
      assert.equal((await asked())[0], '/explain\nThe editor reports in line 2: A third is no half.');
      assert.equal(proposals().length, 0);
      assert.equal(document.getText(), text);
    } finally {
      problems.dispose();
    }
  });

  it('@problems, @symbol and @terminal, typed in the field of the question', async () => {
    if (!isWatched) return;
    const document = await inHalf();
    const problems = vscode.languages.createDiagnosticCollection('suite');
    const lines = new vscode.EventEmitter<string>();
    const pty = { onDidWrite: lines.event, open: () => lines.fire('posts and rails\r\n'), close: () => undefined };
    const terminal = vscode.window.createTerminal({ name: 'Fences', pty });
    try {
      problems.set(document.uri, [new vscode.Diagnostic(new vscode.Range(5, 9, 5, 14), 'A third is no half.')]);
      await vscode.commands.executeCommand('paddock.chat.new');
      await typedUntil('@prob', /Problems: /);
      await typedUntil('@symb', /half \(/);
      terminal.show();
      await pause(1_500); // until it has written its output
      await vscode.commands.executeCommand('workbench.action.terminal.selectAll');
      await typedUntil('@term', /Terminal: Fences/);
      await strike({ type: 'What of it?' }, { press: 'Enter' });
      await until('the answer', async () => (await asked())[1] === script.trim(), 60_000);
      const { pages = [] } = await picture('chat-attachments');
      assert.match(pages.join('\n'), /What of it\?[\s\S]*Problems: [\s\S]*half \([\s\S]*Terminal: Fences/);
    } finally {
      terminal.dispose();
      problems.dispose();
    }
  });
});

/** Shows the text with the cursor in its second function, whether or not a language server knows the function. */
async function inHalf(): Promise<vscode.TextDocument> {
  const editor = await openText(text);
  editor.selection = new vscode.Selection(5, 10, 5, 10);
  return editor.document;
}

async function palette(command: string): Promise<void> {
  await strike({ press: 'F1' });
  await strike({ type: `Paddock: ${command}` });
  await until('the command', async () => (await strike()).list?.[0]?.includes(command) === true);
  await strike({ press: 'Enter' });
}

/** Types into the panel's field until the panel shows the attachment. If a list asks for a choice, its first entry is taken. */
async function typedUntil(name: string, shown: RegExp): Promise<void> {
  await vscode.commands.executeCommand('paddock.chat.open');
  await untilFieldFocused();
  const keys: Stroke[] = [{ type: name }, { press: 'Enter' }];
  await strike(...keys);
  await until(`the panel to show ${shown}`, async () => {
    const { pages = [], list = [] } = await strike();
    if (list.length > 0) await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
    return shown.test(pages.join('\n'));
  });
}

async function asked(): Promise<string[]> {
  return (await paddock()).chat().map(({ text: said }) => said.trim());
}

/** The text on the right side of the diff. */
async function proposed(): Promise<string> {
  await until('a diff', () => proposals().some(({ isActive }) => isActive), 60_000);
  const [tab] = proposals();
  assert.ok(tab?.input instanceof vscode.TabInputTextDiff);
  return (await vscode.workspace.openTextDocument(tab.input.modified)).getText();
}

function proposals(): vscode.Tab[] {
  const isProposal = ({ input }: vscode.Tab) =>
    input instanceof vscode.TabInputTextDiff && input.modified.scheme === 'paddock-proposal';
  return vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).filter(isProposal);
}
