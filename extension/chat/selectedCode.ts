import * as vscode from 'vscode';
import type { Attached } from './chatHost.ts';

/** What is selected in the active editor; undefined where nothing is. */
export function selectedCode(): Attached | undefined {
  const editor = vscode.window.activeTextEditor;
  if (!editor || editor.selection.isEmpty) return undefined;
  const { document, selection } = editor;
  const lines = `${selection.start.line + 1}–${selection.end.line + 1}`;
  const label = `${vscode.workspace.asRelativePath(document.uri)}:${lines}`;
  return { label, language: document.languageId, text: document.getText(selection) };
}
