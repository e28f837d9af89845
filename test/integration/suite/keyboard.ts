import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { CompletionReport } from '../../../extension/engineState.ts';
import type { Sight } from '../sight.ts';
import { accept, type, typeUntilSuggested } from './editor.ts';
import { isWatched, strike } from './say.ts';
import { until } from './until.ts';

/** Keys without a character, and the editor's commands that they run while ghost text is shown. */
const bound = {
  Tab: 'editor.action.inlineSuggest.commit',
  Escape: 'editor.action.inlineSuggest.hide',
  Backspace: 'deleteLeft',
  'ControlOrMeta+ArrowRight': 'editor.action.inlineSuggest.acceptNextWord',
  'Alt+]': 'editor.action.inlineSuggest.showNext',
  'Alt+[': 'editor.action.inlineSuggest.showPrevious',
  'ControlOrMeta+z': 'undo',
} as const;

/** Presses a key; without a keyboard, runs its command instead. */
export async function press(key: keyof typeof bound): Promise<void> {
  if (isWatched) await strike({ press: key });
  else await vscode.commands.executeCommand(bound[key]);
}

/** Types text on the keyboard; without one, inserts it instead. */
export async function write(text: string): Promise<void> {
  if (isWatched) await strike({ type: text });
  else await type(text);
}

/** Types on the keyboard until a suggestion appears. */
export function writeUntilSuggested(text: string): Promise<CompletionReport> {
  return typeUntilSuggested(text, undefined, write);
}

/** What is shown in the window, if it can be seen. */
export function glance(): Promise<Partial<Sight>> {
  return strike();
}

/** Ghost text as plain text: the editor draws it in pieces and with other kinds of spaces. */
export function ghostIn({ ghost = [] }: Partial<Sight>): string {
  return ghost.join('').replaceAll('\u00a0', ' ');
}

/** Waits until at least the first line of a suggestion is shown, if the window can be seen. */
export async function untilShown(text: string): Promise<void> {
  if (!isWatched) return;
  const line = text.split('\n').find((each) => each.trim() !== '') ?? text;
  let shown = '';
  try {
    await until('the ghost text', async () => {
      shown = ghostIn(await glance());
      return shown.includes(line);
    });
  } catch {
    assert.equal(shown, line, 'the ghost text on the screen');
  }
}

/** Waits until no ghost text is shown, if the window can be seen. */
export async function untilHidden(): Promise<void> {
  if (isWatched) await until('the ghost text to go', async () => ghostIn(await glance()) === '');
}

/**
 * Accepts a suggestion with Tab as soon as it is shown.
 * @returns the text it added to the document
 */
export async function tab(editor: vscode.TextEditor, { text }: CompletionReport): Promise<string> {
  if (!isWatched) return accept(editor);
  await untilShown(text);
  return inserted(editor, () => press('Tab'));
}

/** The text that an action adds to the document at the cursor; waits until it has. */
export async function inserted({ document, selection }: vscode.TextEditor, act: () => Thenable<unknown>): Promise<string> {
  const before = document.getText();
  const at = document.offsetAt(selection.active);
  await act();
  await until('the text to be in the document', () => document.getText() !== before);
  const after = document.getText();
  return after.slice(at, at + after.length - before.length);
}
