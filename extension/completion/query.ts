import * as vscode from 'vscode';
import { documentPath } from '../documentPath.ts';
import { type CursorContext, charactersLeftOut, cursorContext, type IndentStyle } from './context.ts';

/** Where a suggestion will stand and what surrounds it. */
export interface Query {
  readonly context: CursorContext;
  /** What the suggestion replaces; empty but for the text the suggestion list is about to insert. */
  readonly range: vscode.Range;
  /** What every suggestion must begin with: the selected entry of the suggestion list, else nothing. */
  readonly lead: string;
}

/** The query at a cursor. An entry selected in the suggestion list is treated as if it were typed already. */
export function queryAt(
  document: vscode.TextDocument,
  position: vscode.Position,
  selected: vscode.SelectedCompletionInfo | undefined,
): Query {
  const range = selected?.range ?? new vscode.Range(position, position);
  const lead = selected?.text ?? '';
  // One kind of line break for the model; the editor turns it into the document's own on insertion.
  const prefix = (textBefore(document, range.start) + lead).replaceAll('\r\n', '\n');
  const suffix = textAfter(document, range.end).replaceAll('\r\n', '\n');
  const place = { path: documentPath(document.uri), prefix, suffix };
  return { context: cursorContext(place, document.languageId, indentStyle(document)), range, lead };
}

function textBefore(document: vscode.TextDocument, end: vscode.Position): string {
  const start = document.positionAt(charactersLeftOut(document.offsetAt(end)));
  return document.getText(new vscode.Range(start, end));
}

function textAfter(document: vscode.TextDocument, start: vscode.Position): string {
  const length = document.offsetAt(document.lineAt(document.lineCount - 1).range.end);
  const end = document.positionAt(length - charactersLeftOut(length - document.offsetAt(start)));
  return document.getText(new vscode.Range(start, end));
}

/** As set or detected in the editor; undefined for a document that no editor shows. */
function indentStyle(document: vscode.TextDocument): IndentStyle | undefined {
  const editor = vscode.window.visibleTextEditors.find((each) => each.document === document);
  const { insertSpaces, tabSize } = editor?.options ?? {};
  return typeof insertSpaces === 'boolean' && typeof tabSize === 'number' ? { spaces: insertSpaces, size: tabSize } : undefined;
}
