import * as vscode from 'vscode';
import type { CompletionReport } from '../../../extension/engineState.ts';
import { suggestionAfter } from './paddock.ts';
import { until } from './until.ts';

/** A text that any model of code can easily continue; the cursor goes to its end. */
export const predictable = `export function add(a: number, b: number): number {
  return a + b;
}

export function subtract(a: number, b: number): number {
  return a - b;
}

export function multiply(a: number, b: number): number {
  return a * b;
}

export function divide(a: number, b: number): number {
  return`;

/** How a person might continue {@link predictable}. */
const continuation = ' a / b;\n';

/** Opens an unsaved document with the cursor at its end. */
export async function openText(content: string, language = 'typescript'): Promise<vscode.TextEditor> {
  const document = await vscode.workspace.openTextDocument({ content, language });
  const editor = await vscode.window.showTextDocument(document, { preview: false });
  // VS Code may restore the backup of a document with the same name that was closed a moment ago.
  if (document.getText() !== content) {
    const all = new vscode.Range(0, 0, document.lineCount, 0);
    await editor.edit((edit) => edit.replace(all, content));
  }
  const end = document.positionAt(content.length);
  editor.selection = new vscode.Selection(end, end);
  editor.revealRange(editor.selection);
  return editor;
}

/** Inserts a text one character after the other. */
export async function type(text: string, gapMs = 0): Promise<void> {
  for (const character of text) {
    await vscode.commands.executeCommand('type', { text: character });
    if (gapMs > 0) await pause(gapMs);
  }
}

/** Asks for a suggestion by hand. */
export async function trigger(): Promise<void> {
  await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
}

/**
 * Types on, slowly, until a suggestion appears: a model need not have one at every place, but it must have one soon.
 * @param ask called after each character, for suggestions that do not come by themselves
 * @param put types one character
 */
export async function typeUntilSuggested(
  text = continuation,
  ask?: () => Promise<void>,
  put = (character: string) => type(character),
): Promise<CompletionReport> {
  for (const character of text) {
    const report = await suggestionAfter(async () => {
      await put(character);
      await ask?.();
    }, ask !== undefined);
    if (report) return report;
  }
  throw new Error(`No suggestion appeared while this was typed: ${text}`);
}

/**
 * Accepts the ghost text as soon as the editor shows it.
 * @returns the text it added to the document
 */
export async function accept({ document, selection }: vscode.TextEditor): Promise<string> {
  const before = document.getText();
  const at = document.offsetAt(selection.active);
  await until('the accepted text to be in the document', async () => {
    await vscode.commands.executeCommand('editor.action.inlineSuggest.commit');
    return document.getText() !== before;
  });
  const after = document.getText();
  return after.slice(at, at + after.length - before.length);
}

/** Whether attempts to accept ghost text leave the document as it is for a time, in ms. After each attempt the editor asks again. */
export async function acceptsNothing({ document }: vscode.TextEditor, patience = 1500): Promise<boolean> {
  const before = document.getText();
  const end = performance.now() + patience;
  while (performance.now() < end) {
    await vscode.commands.executeCommand('editor.action.inlineSuggest.commit');
    if (document.getText() !== before) return false;
    await pause(100);
  }
  return true;
}

/**
 * Closes every editor and discards unsaved text. When a page closes, the editor of the tab behind it appears a moment later: as long as there
 * is such a tab, its editor may appear in front of what the next test opens.
 */
export async function closeAll(): Promise<void> {
  const isText = ({ input }: vscode.Tab) => input instanceof vscode.TabInputText;
  while (vscode.window.activeTextEditor || vscode.window.tabGroups.all.some(({ tabs }) => tabs.some(isText))) {
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
