import * as vscode from 'vscode';
import type { CodeAction } from '../../../webview/protocol/chatIntents.ts';
import type { AnswerCode } from './answerCode.ts';
import { linesOf } from './change.ts';
import { linesOfAttached } from './documentedCode.ts';
import { bareLines, type Indentation, indentationOf, insertion } from './indentation.ts';
import { editorLanguage } from './languages.ts';
import type { Proposals } from './proposals.ts';
import { mayChange, PROPOSAL_SCHEME, tell } from './writable.ts';

const { l10n } = vscode;

/** Carries out an action on a block of code of an answer. */
export async function runCodeAction(proposals: Proposals, action: CodeAction, answer: AnswerCode): Promise<void> {
  const { code, language } = answer;
  switch (action) {
    case 'copy':
      return vscode.env.clipboard.writeText(code);
    case 'newFile':
      return newFile(code, language, vscode.ViewColumn.Active);
    case 'insert':
      return insert(proposals, code);
    case 'apply':
      return apply(proposals, answer);
  }
}

/** Puts code into a document that is not saved. @param language as its fence calls it */
export async function newFile(code: string, language: string, viewColumn: vscode.ViewColumn): Promise<void> {
  const content = `${bareLines(code).join('\n')}\n`;
  const known = await vscode.languages.getLanguages();
  const document = await vscode.workspace.openTextDocument({ content, language: editorLanguage(language, known) });
  await vscode.window.showTextDocument(document, { viewColumn, preview: false });
}

async function apply(proposals: Proposals, { code, documented }: AnswerCode): Promise<void> {
  const open = openDocument(proposals);
  if (!open) return;
  const { start, end } = open.selection;
  const selected = { start: start.line, end: end.line + 1 };
  const range = documented && linesOfAttached(open.document.getText(), documented, selected);
  await proposals.show({ ...open, code, range, isDocumented: documented !== undefined });
}

/** How an editor is set to indent. */
export function indentationIn({ options }: vscode.TextEditor): Indentation {
  return { spaces: options.insertSpaces !== false, size: typeof options.tabSize === 'number' ? options.tabSize : 4 };
}

async function insert(proposals: Proposals, code: string): Promise<void> {
  const open = openDocument(proposals);
  if (!open || !mayChange(open.document)) return;
  const { document, selection, indentation } = open;
  const at = selection.active;
  const own = indentationOf(linesOf(document.getText()), indentation);
  const text = insertion(code, document.lineAt(at.line).text, at.character, own);
  const editor = await vscode.window.showTextDocument(document, { preview: false });
  // The editor's own line ends come with the edit.
  const done = await editor.edit((edit) => edit.insert(at, text));
  if (!done) tell(l10n.t('The code could not be inserted: the editor refused the change.'));
}

/** The document of the active editor; tells the person if there is none. */
function openDocument(proposals: Proposals) {
  const { activeTextEditor: active, visibleTextEditors } = vscode.window;
  const editor = active ?? visibleTextEditors.find(({ document }) => document.uri.scheme !== 'output');
  if (!editor) {
    tell(l10n.t('Open a file in the editor first: the code goes into it.'));
    return undefined;
  }
  const { uri } = editor.document;
  const document = uri.scheme === PROPOSAL_SCHEME ? proposals.documentOf(uri) : editor.document;
  if (!document) {
    tell(l10n.t('Open a file in the editor first: the code goes into it.'));
    return undefined;
  }
  return { document, selection: editor.selection, indentation: indentationIn(editor) };
}
