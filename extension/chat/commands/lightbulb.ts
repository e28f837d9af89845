import * as vscode from 'vscode';
import type { Wanted } from './codeCommands.ts';
import { offersFor } from './offers.ts';
import type { Task } from './words.ts';

const { l10n } = vscode;

/** Where code stands that a person can change or ask about. */
const DOCUMENTS: vscode.DocumentSelector = [
  { scheme: 'file' },
  { scheme: 'untitled' },
  { scheme: 'vscode-remote' },
  { scheme: 'vscode-vfs' },
];

const COMMANDS: Readonly<Record<Task, string>> = {
  explain: 'paddock.code.explain',
  fix: 'paddock.code.fix',
  document: 'paddock.code.document',
  tests: 'paddock.code.tests',
};

/** Offers the commands in lightbulbs, and an explanation where the pointer rests on a problem. */
export function registerOffers(): vscode.Disposable {
  const { CodeActionKind } = vscode;
  return vscode.Disposable.from(
    vscode.languages.registerCodeActionsProvider(
      DOCUMENTS,
      { provideCodeActions: actionsAt },
      { providedCodeActionKinds: [CodeActionKind.QuickFix, CodeActionKind.RefactorRewrite] },
    ),
    vscode.languages.registerHoverProvider(DOCUMENTS, { provideHover: hoverAt }),
  );
}

function actionsAt(
  document: vscode.TextDocument,
  range: vscode.Range,
  { diagnostics }: vscode.CodeActionContext,
): vscode.CodeAction[] {
  return offersFor(!range.isEmpty, diagnostics.length).map(({ task, isFix }) => {
    const kind = isFix ? vscode.CodeActionKind.QuickFix : vscode.CodeActionKind.RefactorRewrite;
    const action = new vscode.CodeAction(titleOf(task), kind);
    if (isFix) action.diagnostics = [...diagnostics];
    const wanted = isFix ? wantedAt(document, diagnostics) : { uri: document.uri.toString() };
    action.command = { command: COMMANDS[task], title: action.title, arguments: [wanted] };
    return action;
  });
}

function hoverAt(document: vscode.TextDocument, position: vscode.Position): vscode.Hover | undefined {
  const here = vscode.languages.getDiagnostics(document.uri).filter(({ range }) => range.contains(position));
  if (here.length === 0) return undefined;
  const link = new vscode.MarkdownString();
  // A bracket would end the link.
  const argument = encodeURIComponent(JSON.stringify([wantedAt(document, here)]))
    .replaceAll('(', '%28')
    .replaceAll(')', '%29');
  link.isTrusted = { enabledCommands: [COMMANDS.explain] };
  link.appendMarkdown(`[${titleOf('explain')}](command:${COMMANDS.explain}?${argument})`);
  return new vscode.Hover(link);
}

function wantedAt({ uri }: vscode.TextDocument, diagnostics: readonly vscode.Diagnostic[]): Wanted {
  const line = diagnostics[0]?.range.start.line;
  const messages = diagnostics.map(({ message }) => message);
  return { uri: uri.toString(), ...(line !== undefined && { line }), messages };
}

function titleOf(task: Task): string {
  switch (task) {
    case 'explain':
      return l10n.t('Explain with Paddock');
    case 'fix':
      return l10n.t('Fix with Paddock');
    case 'document':
      return l10n.t('Document with Paddock');
    case 'tests':
      return l10n.t('Write Tests with Paddock');
  }
}
