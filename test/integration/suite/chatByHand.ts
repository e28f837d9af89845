import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { attachUris } from '../../../extension/chat/attachments/attach.ts';
import { ConversationStore } from '../../../extension/chat/conversationStore.ts';
import type { Stroke } from '../hands.ts';
import { newConversation, untilFieldFocused } from './conversations.ts';
import { closeAll, openText, pause } from './editor.ts';
import { leaveModel, useScriptedModel } from './otherModel.ts';
import { paddock, setting } from './paddock.ts';
import { reloadPages, untilPageSays } from './pages.ts';
import { isWatched, picture, strike } from './say.ts';
import { until } from './until.ts';

const text = 'export function half(value: number): number {\n  return value / 3;\n}\n';
const mended = 'export function half(value: number): number {\n  return value / 2;\n}';
const script = `Here it is.\n\n\`\`\`typescript\n${mended}\n\`\`\`\n`;

/** Uses a model that always gives the same answer, so that the effect of a click is known. */
describe('the chat panel, with mouse and keyboard', function () {
  this.timeout(180_000); // a model is opened
  let folder = '';
  before(async () => {
    await setting('files.autoSave', 'off'); // on by default in a browser
    await (await paddock()).ready();
    folder = await useScriptedModel(script);
  });
  afterEach(closeAll);
  after(async () => {
    await setting('files.autoSave', undefined);
    await leaveModel(folder);
  });

  it('an edited question is a new version, and arrows switch between versions', async () => {
    if (!isWatched) return;
    await ask('What is half?');
    const other = 'What is half? And a third?';
    await strike(clickIn('article.You', 'Edit'), { type: ' And a third?' }, { press: 'Enter' });
    await answered(other);
    await strike(clickIn('article.You', 'Previous Version'));
    await until('the first question', async () => (await said())[0] === 'What is half?');
    await untilPageSays('chat-by-hand-version', /What is half\?\n/, /1\/2/);
    await strike(clickIn('article.You', 'Next Version'), clickIn('article.Paddock', 'Answer Again'));
    await answered(other);
    await untilPageSays('chat-by-hand-again', /And a third\?/, /2\/2[\s\S]*2\/2/);
  });

  it('code is copied, inserted, shown as a diff and put into a new file', async () => {
    if (!isWatched) return;
    const { document } = await openText(text);
    await ask('How do I halve?');
    await vscode.env.clipboard.writeText('');
    await strike(clickIn('figure', 'Copy'));
    await until('the code in the clipboard', async () => (await vscode.env.clipboard.readText()) === mended);

    await strike(clickIn('figure', 'Insert at Cursor'));
    await until('the code in the document', () => document.getText() === `${text}${mended}`);
    await vscode.commands.executeCommand('undo');
    await until('the document as it was', () => document.getText() === text);

    await strike(clickIn('figure', 'Apply as a Diff'));
    await until('the change', () => vscode.window.tabGroups.activeTabGroup.activeTab?.input instanceof vscode.TabInputTextDiff);
    assert.equal(document.getText(), text);
    await strike({ choose: 'Apply Change' });
    await until('the change to be made', () => document.getText() === text.replace('/ 3', '/ 2'));

    await strike(clickIn('figure', 'New File'));
    const shown = () => vscode.window.activeTextEditor?.document;
    await until('a new file', () => shown() !== document && shown()?.getText() === `${mended}\n`);
    assert.deepEqual([shown()?.isUntitled, shown()?.languageId], [true, 'typescript']);
  });

  it('code of another language than the file is shown as a diff, or put into a new file, only after a question', async () => {
    if (!isWatched) return;
    const { document } = await openText('def half(value):\n    return value / 3\n', 'python');
    const own = document.getText();
    const tab = () => vscode.window.tabGroups.activeTabGroup.activeTab?.input;
    await ask('How do I halve in Python?');
    const applyAnd = async (answer: string) => {
      await strike(clickIn('figure', 'Apply as a Diff'));
      await vscode.commands.executeCommand('notifications.showList'); // notifications do not pop up during tests
      const question = /This code is TypeScript, but Untitled-\d+ is Python\./;
      await until('the question', async () => question.test(String((await strike()).notifications)));
      assert.ok(tab() instanceof vscode.TabInputText);
      await picture('chat-other-language');
      await strike({ click: `.notifications-center .monaco-button:has-text("${answer}")` });
    };
    await applyAnd('Show the Diff');
    await until('the change', () => tab() instanceof vscode.TabInputTextDiff);
    await vscode.commands.executeCommand('paddock.change.discard');
    await applyAnd('New File');
    const shown = () => vscode.window.activeTextEditor?.document;
    await until('a new file', () => shown()?.getText() === `${mended}\n`);
    assert.deepEqual([shown()?.isUntitled, shown()?.languageId], [true, 'typescript']);
    assert.equal(document.getText(), own);
  });

  it('an attachment opens read-only, as it was when it was sent', async () => {
    if (!isWatched) return;
    const editor = await openText(text);
    editor.selection = new vscode.Selection(0, 0, 2, 1);
    await newConversation('chat-by-hand-new');
    await strike({ type: '/explain' }, { press: 'Enter' });
    await answered('/explain');
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), '// Another by now.\n'));
    await strike({ clickInPage: 'article[aria-label="You"] .chips button' });
    const shown = () => vscode.window.activeTextEditor?.document;
    await until('the attachment', () => shown()?.uri.scheme === 'paddock-attachment');
    assert.equal(shown()?.getText(), text.trimEnd());
    assert.equal(shown()?.languageId, 'typescript');
    await (await paddock()).runCode('insert', { code: 'nothing', language: 'typescript' });
    assert.equal(shown()?.getText(), text.trimEnd());
  });

  it('a file is attached and asked about by keyboard alone', async () => {
    if (!isWatched) return;
    await newConversation('chat-by-hand-new');
    await strike({ type: '@file' }, { press: 'Enter' });
    await until('the files', async () => ((await strike()).list ?? []).some((line) => line.startsWith('orders.ts')));
    await strike({ type: 'orders' });
    await pause(500); // the selection moves a little after the key
    await strike({ press: 'Enter' });
    await untilPageSays('chat-by-hand-attached', /src\/orders\.ts\s+\d+ tokens/);
    await untilFieldFocused();
    await strike({ type: 'What is in it?' }, { press: 'Enter' });
    await answered('What is in it?');
    await untilPageSays('chat-by-hand-about', /What is in it\?\s+src\/orders\.ts/);
  });

  it('an unsent message and its attachments survive a reload of the page', async () => {
    if (!isWatched) return;
    const editor = await openText(text);
    editor.selection = new vscode.Selection(0, 0, 2, 1);
    await newConversation('chat-by-hand-new');
    await vscode.commands.executeCommand('paddock.chat.add');
    await untilPageSays('chat-by-hand-draft', /Untitled-\d+:1–3\s+\d+ tokens/);
    await untilFieldFocused();
    await strike({ type: 'What is wrong with it?' });
    await pause(1_000); // the panel sends the draft after a pause in typing
    await reloadPages();
    await untilPageSays('chat-by-hand-draft-again', /Untitled-\d+:1–3\s+\d+ tokens/);
    await vscode.commands.executeCommand('paddock.chat.open');
    await untilFieldFocused();
    await strike({ press: 'Enter' });
    await answered('What is wrong with it?');
    await untilPageSays('chat-by-hand-draft-sent', /What is wrong with it\?\s+Untitled-\d+:1–3/);
  });

  it('conversations are searched, renamed, exported and deleted', async () => {
    if (!isWatched) return;
    await ask('What about zebras?');
    await ask('What about okapis?');
    const entry = (title: string, button: string): Stroke => ({
      clickInPage: `li:has(.entry:has-text("${title}")) vscode-button[aria-label^="${button}"]`,
    });
    await strike({ clickInPage: 'vscode-button[aria-label="Conversations"]' }, { type: 'zebras' });
    await untilPageSays('chat-by-hand-search', /^(?=[\s\S]*zebras)(?![\s\S]*okapis)/);
    await strike(entry('zebras', 'Rename'), { type: 'Striped' }, { press: 'Enter' });
    await until('its name', async () => (await kept()).some(({ title }) => title === 'Striped'));

    await strike(entry('Striped', 'Export'));
    const shown = () => vscode.window.activeTextEditor?.document;
    await until('the conversation as Markdown', () => shown()?.languageId === 'markdown');
    assert.match(shown()?.getText() ?? '', /^# Striped\n[\s\S]*What about zebras\?[\s\S]*Here it is\./);

    await strike(entry('Striped', 'Delete'), { choose: 'Cancel' });
    assert.ok((await kept()).some(({ title }) => title === 'Striped'));
    await strike(entry('Striped', 'Delete'), { clickInPage: '[role=alertdialog] vscode-button >> nth=0' });
    await until('it to be gone', async () => (await kept()).every(({ title }) => title !== 'Striped'));
    await strike({ clickInPage: 'vscode-button[aria-label="Close"]' });
    assert.equal((await said())[0], 'What about okapis?');
  });

  it('of more files than the limit, the first are attached, and a message says so', async () => {
    const [root] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(root);
    const file = vscode.Uri.joinPath(root.uri, 'src', 'orders.ts').toString();
    const others = Array.from({ length: 59 }, (_, i) => vscode.Uri.joinPath(root.uri, `none${i}.ts`).toString());
    assert.deepEqual(
      (await attachUris([...others.slice(0, 20), file, ...others.slice(20)])).map(({ label }) => label),
      ['src/orders.ts'],
    );
    assert.deepEqual(await attachUris([...others, file]), []);
    assert.deepEqual(await attachUris(['not an address', '']), []);
    if (!isWatched) return;
    await vscode.commands.executeCommand('notifications.showList'); // notifications do not pop up during tests
    const { notifications = [] } = await strike();
    await vscode.commands.executeCommand('notifications.clearAll');
    assert.match(notifications.join('\n'), /Of 60 files the first 50 are attached/);
    assert.match(notifications.join('\n'), /VS Code does not say where that lies/);
  });
});

/** Clicks a button in a message or in a block of code. */
function clickIn(where: 'article.You' | 'article.Paddock' | 'figure', label: string): Stroke {
  const [element, who] = where.split('.');
  return { clickInPage: `${element}${who ? `[aria-label="${who}"]` : ''} vscode-button[aria-label="${label}"]` };
}

async function ask(question: string): Promise<void> {
  await newConversation('chat-by-hand-new');
  await strike({ type: question }, { press: 'Enter' });
  await answered(question);
}

/** Waits until the last question is this one and is answered, and the panel shows the answer. */
async function answered(question: string): Promise<void> {
  await until('the answer', async () => (await said()).slice(-2).join() === [question, script.trim()].join(), 60_000);
  await untilPageSays('chat-by-hand-answered', /Here it is\./, /tokens\/s/);
}

async function said(): Promise<string[]> {
  return (await paddock()).chat().map((message) => message.text.trim());
}

async function kept() {
  return new ConversationStore((await paddock()).chatFolder, assert.fail).list();
}
