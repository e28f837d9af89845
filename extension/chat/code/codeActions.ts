import * as vscode from 'vscode';
import type { CodeAction } from '../../../webview/protocol/chatIntents.ts';
import { languageName } from '../../languageName.ts';
import { inform } from '../../notify.ts';
import type { AnswerCode } from './answerCode.ts';
import { linesOf } from './change.ts';
import { linesOfAttached } from './documentedCode.ts';
import { bareLines, type Indentation, indentationOf, insertion } from './indentation.ts';
import { editorLanguage, strangeLanguage } from './languages.ts';
import type { Proposals } from './proposals.ts';
import { mayChange, nameOf, PROPOSAL_SCHEME, tell } from './writable.ts';

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

async function apply(proposals: Proposals, answer: AnswerCode): Promise<void> {
  const open = openDocument(proposals);
  if (!open || !mayChange(open.document)) return;
  const { document, editor } = open;
  const strange = strangeLanguage(answer.language, document.languageId, await vscode.languages.getLanguages());
  if (strange !== undefined && !(await mayStandIn(document, strange, answer))) return;
  const { code, documented } = answer;
  // Where the cursor is now: the person may have taken a while to decide.
  const { selection } = editor;
  const selected = { start: selection.start.line, end: selection.end.line + 1 };
  const range = documented && linesOfAttached(document.getText(), documented, selected);
  const indentation = indentationIn(editor);
  await proposals.show({ document, selection, indentation, code, range, isDocumented: documented !== undefined });
}

/**
 * Tells the person that code is of another language than a document, and asks what is to be done with it; a new file is opened here.
 * @returns whether it is to be put into the document all the same
 */
async function mayStandIn(document: vscode.TextDocument, strange: string, { code, language }: AnswerCode): Promise<boolean> {
  const [show, open] = [l10n.t('Show the Diff'), l10n.t('New File')];
  const [name, own] = [nameOf(document.uri), languageName(document.languageId)];
  const choice = await inform(l10n.t('This code is {0}, but {1} is {2}.', languageName(strange), name, own), show, open);
  if (choice === open) await newFile(code, language, vscode.ViewColumn.Active);
  if (choice !== show) return false;
  if (document.isClosed) tell(l10n.t('{0} is closed. Open it and apply the code again.', name));
  return !document.isClosed;
}

/** How an editor is set to indent. */
export function indentationIn({ options }: vscode.TextEditor): Indentation {
  return { spaces: options.insertSpaces !== false, size: typeof options.tabSize === 'number' ? options.tabSize : 4 };
}

async function insert(proposals: Proposals, code: string): Promise<void> {
  const open = openDocument(proposals);
  if (!open || !mayChange(open.document)) return;
  const { document, editor } = open;
  const at = editor.selection.active;
  const own = indentationOf(linesOf(document.getText()), indentationIn(editor));
  const text = insertion(code, document.lineAt(at.line).text, at.character, own);
  const shown = await vscode.window.showTextDocument(document, { preview: false });
  // The editor's own line ends come with the edit.
  const done = await shown.edit((edit) => edit.insert(at, text));
  if (!done) tell(l10n.t('The code could not be inserted: the editor refused the change.'));
}

/** The active editor and the document that it is about; tells the person if there is none. */
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
  return { document, editor };
}
