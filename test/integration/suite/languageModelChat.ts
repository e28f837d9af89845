import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { attach, attachUris } from '../../../extension/chat/attachments/attach.ts';
import { attachSelection } from '../../../extension/chat/attachments/fromEditor.ts';
import { closeAll, openText } from './editor.ts';
import { paddock, setting } from './paddock.ts';
import { isWatched, picture, strike } from './say.ts';
import { until } from './until.ts';

describe("VS Code's own chat", () => {
  before(async () => {
    await (await paddock()).ready();
  });

  const openModel = async () => {
    let found: vscode.LanguageModelChat | undefined;
    await until('VS Code to know the open model', async () => {
      [found] = await vscode.lm.selectChatModels({ vendor: 'paddock' });
      return found !== undefined;
    });
    return found as vscode.LanguageModelChat;
  };

  it('knows the open model, with its window', async () => {
    const model = await openModel();
    const open = await (await paddock()).ready();
    assert.equal(model.name, open.name);
    assert.ok(model.maxInputTokens > 0 && model.maxInputTokens < open.window, `${model.maxInputTokens} of ${open.window}`);
  });

  it('counts tokens of texts and of messages alike', async () => {
    const model = await openModel();
    const text = 'export function add(a: number, b: number): number {\n  return a + b;\n}\n';
    const tokens = await model.countTokens(text);
    assert.ok(tokens > 5 && tokens < text.length, `${tokens} tokens`);
    assert.equal(await model.countTokens(vscode.LanguageModelChatMessage.User(text)), tokens);
    assert.equal(await model.countTokens(''), 0);
  });

  it('gets an answer piece by piece', async () => {
    const model = await openModel();
    const messages = [vscode.LanguageModelChatMessage.User('Explain this code.\n\n```typescript\nlet a = 1;\n```')];
    const response = await model.sendRequest(messages, { modelOptions: { max_tokens: 24 } });
    const pieces: string[] = [];
    for await (const piece of response.text) pieces.push(piece);
    assert.notEqual(pieces.join('').trim(), '');
  });

  it('gets an error for messages that are longer than the window', async () => {
    const model = await openModel();
    const long = vscode.LanguageModelChatMessage.User('one more word '.repeat(8_000));
    await assert.rejects(async () => {
      const response = await model.sendRequest([long]);
      for await (const _ of response.text);
    }, /window|token/i);
  });

  it('cancels an answer', async () => {
    const model = await openModel();
    const messages = [vscode.LanguageModelChatMessage.User('Explain this code.\n\n```typescript\nlet a = 1;\n```')];
    const source = new vscode.CancellationTokenSource();
    // A model may answer with a single word, so this does not wait for a part of the answer.
    const response = model.sendRequest(messages, {}, source.token);
    source.cancel();
    const begun = await response.then(textOf, (error) => assert.match(String(error), /cancel/i));
    const whole = await textOf(await model.sendRequest(messages));
    assert.ok((begun ?? '').length < whole.length, `${begun?.length} of ${whole.length} characters came.`);
    const api = await paddock();
    await until('the engine to be at rest', () => api.state().kind === 'ready');
  });

  it('lets @paddock explain the selection, in its own view', async () => {
    if (!isWatched) return;
    await setting('chat.disableAIFeatures', false);
    try {
      const editor = await openText('export function half(value: number): number {\n  return value / 2;\n}\n');
      editor.selection = new vscode.Selection(0, 0, 3, 0);
      await vscode.commands.executeCommand('workbench.action.chat.open', { mode: 'ask' });
      const { name } = await openModel();
      // Before VS Code has chosen a model it says that there is none.
      await until('the model to be chosen', async () => (await strike()).chatField?.includes(name) === true);
      await askThere('@paddock /explain');
      await askThere('@paddock What is a number?');
    } finally {
      await vscode.commands.executeCommand('workbench.action.chat.newChat');
      await vscode.commands.executeCommand('workbench.action.closeAuxiliaryBar');
      await setting('chat.disableAIFeatures', undefined);
      await closeAll();
    }
  });
});

/** Asks in VS Code's own chat, and waits for an answer that is not an error message. */
async function askThere(query: string): Promise<void> {
  const before = await answersThere();
  await vscode.commands.executeCommand('workbench.action.chat.open', { query, mode: 'ask' });
  let answers = before;
  await until(`an answer to ${query}`, async () => {
    answers = await answersThere();
    return answers.length > before.length;
  });
  assert.doesNotMatch(answers.at(-1) ?? '', /No model is open|Select code|unavailable/);
}

/** An answer is shown below the name of the participant, followed by the time. */
async function answersThere(): Promise<string[]> {
  const { chat = [] } = await picture('editor-chat');
  return chat.flatMap((each) => /^Paddock\s+(.*\S)\s+\d+:\d+/s.exec(each.trim())?.[1] ?? []);
}

/** The pieces of an answer until it ends or is cancelled. */
async function textOf({ text }: vscode.LanguageModelChatResponse): Promise<string> {
  let all = '';
  try {
    for await (const piece of text) all += piece;
  } catch (error) {
    assert.match(String(error), /cancel/i);
  }
  return all;
}

describe('attachments', () => {
  const root = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
  const at = (file: string) => path.join(root, file);
  const write = async (file: string, text: string | Uint8Array) => {
    await mkdir(path.dirname(at(file)), { recursive: true });
    await writeFile(at(file), text);
  };
  const address = (file: string) => vscode.Uri.file(at(file)).toString();

  before(async () => {
    await (await paddock()).ready();
    await write('.gitignore', 'attached/ignored.ts\n');
    await write('attached/plain.ts', 'export const plain = 1;\r\n');
    await write('attached/ignored.ts', 'export const ignored = 1;\n');
    await write('attached/.env', 'PASSWORD=abc\n');
    await write('attached/key.txt', '-----BEGIN RSA PRIVATE KEY-----\nabc\n');
    await write('attached/picture.dat', new Uint8Array([0, 1, 2, 3]));
    await write('attached/large.ts', 'let a = 1;\n'.repeat(30_000));
  });
  after(async () => {
    await closeAll();
    for (const made of ['.gitignore', 'attached']) await rm(at(made), { recursive: true, force: true });
  });

  it('are files as they are, but no secrets, ignored files, binaries, large files or web addresses', async () => {
    const names = ['plain.ts', 'ignored.ts', '.env', 'key.txt', 'picture.dat', 'large.ts', 'missing.ts', '../attached'];
    const dropped = [...names.map((name) => address(`attached/${name}`)), 'https://example.com/a.ts', 'nothing'];
    assert.deepEqual(await attachUris(dropped), [
      { label: 'attached/plain.ts', language: 'typescript', text: 'export const plain = 1;\n' },
    ]);
  });

  it('are the selection, with its line numbers', async () => {
    const editor = await openText('one\ntwo\nthree\n');
    editor.selection = new vscode.Selection(1, 0, 3, 0);
    const [selected, ...more] = attachSelection();
    assert.deepEqual(more, []);
    assert.match(selected?.label ?? '', /:2–3$/);
    assert.equal(selected?.text, 'two\nthree\n');
    editor.selection = new vscode.Selection(0, 0, 0, 0);
    assert.deepEqual(attachSelection(), []);
  });

  it('are the problems of a file with its lines of code', async () => {
    const problems = vscode.languages.createDiagnosticCollection('test');
    const document = await vscode.workspace.openTextDocument(at('attached/plain.ts'));
    await vscode.window.showTextDocument(document);
    const range = new vscode.Range(0, 13, 0, 18);
    try {
      problems.set(document.uri, [new vscode.Diagnostic(range, 'It is too plain.', vscode.DiagnosticSeverity.Warning)]);
      await until('the problem', () => vscode.languages.getDiagnostics(document.uri).length > 0);
      // If other files have problems, too, those of this one come first.
      const [attached] = await accepted(attach('problems'));
      assert.match(attached?.text ?? '', /attached\/plain\.ts\nline 1, warning: It is too plain\.\n {4}export const plain = 1;/);
    } finally {
      problems.dispose();
    }
  });

  it('are a symbol with its whole body; the one at the cursor is offered first', async () => {
    const editor = await openText('begin\n  body\nend\nother\n', 'plaintext');
    editor.selection = new vscode.Selection(3, 0, 3, 0);
    const symbol = (name: string, from: number, to: number) => {
      const range = new vscode.Range(from, 0, to, 5);
      return new vscode.DocumentSymbol(name, '', vscode.SymbolKind.Function, range, range);
    };
    const provider = vscode.languages.registerDocumentSymbolProvider('plaintext', {
      provideDocumentSymbols: () => [symbol('other', 3, 3), symbol('block', 0, 2)],
    });
    try {
      const [other] = await accepted(attach('symbol'));
      assert.equal(other?.text, 'other');
      editor.selection = new vscode.Selection(1, 0, 1, 0);
      const [block] = await accepted(attach('symbol'));
      assert.equal(block?.text, 'begin\n  body\nend');
      assert.match(block?.label ?? '', /^block \(.+:1–3\)$/);
    } finally {
      provider.dispose();
    }
  });

  it('are files chosen from a list, in which the active one is first', async () => {
    await closeAll();
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(at('attached/plain.ts')));
    const attached = await accepted(attach('file'));
    assert.deepEqual(
      attached.map(({ label }) => label),
      ['attached/plain.ts'],
    );
  });

  it('are added by Add to Chat, and the panel shows their number of tokens', async () => {
    const uri = vscode.Uri.file(at('attached/plain.ts'));
    await vscode.commands.executeCommand('paddock.chat.add', uri, [uri]);
    await until('the panel to show the file', async () => {
      const { pages } = await picture('chat-attached');
      return pages === undefined || /plain\.ts[\s\S]*\d/.test(pages.join('\n'));
    });
  });
});

/** Accepts the selected entry of a list as soon as there is one. */
async function accepted<T>(choosing: Promise<T>): Promise<T> {
  let isChosen = false;
  const chosen = choosing.finally(() => {
    isChosen = true;
  });
  await until('something to be chosen', async () => {
    await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
    return isChosen;
  });
  return chosen;
}
