import * as vscode from 'vscode';
import { documentPath } from '../../documentPath.ts';
import { inform } from '../../notify.ts';
import { isSecretName } from '../../workspaceMemory/secrets.ts';
import type { Attached } from '../chatHost.ts';
import { labelOf } from './lineSpan.ts';
import { lines, type Outcome } from './readFiles.ts';
import { allowed, checked } from './say.ts';
import { type ListedSymbol, listSymbols, type SymbolNode, symbolAt, wholeLines } from './symbolList.ts';

/** What is selected in the active editor; the person is told where nothing is. */
export function attachSelection(): Attached[] {
  const editor = vscode.window.activeTextEditor;
  if (editor && !editor.selection.isEmpty) return allowed([part(editor.document, editor.selection)]);
  void inform(vscode.l10n.t('Nothing is selected. Select code in the editor first.'));
  return [];
}

/** What is selected in the active editor; undefined where nothing is, without a word. */
export function selectedCode(): Attached | undefined {
  const editor = vscode.window.activeTextEditor;
  return editor && !editor.selection.isEmpty ? allowed([part(editor.document, editor.selection)])[0] : undefined;
}

/** Lets the person choose a symbol of the active editor. */
export async function attachSymbol(): Promise<Attached[]> {
  const editor = vscode.window.activeTextEditor;
  const symbols = editor ? await symbolsOf(editor.document) : [];
  if (!editor || symbols.length === 0) {
    void inform(vscode.l10n.t('No symbols are known here. Open a file of a language whose extension tells its symbols.'));
    return [];
  }
  const { document, selection } = editor;
  const chosen = await chooseSymbol(symbols, selection.active.line);
  if (!chosen) return [];
  const { start, end } = wholeLines(chosen.range, document.lineAt(chosen.range.start.line).text);
  const range = new vscode.Range(start.line, start.character, end.line, end.character);
  return allowed([part(document, range, chosen.name)]);
}

/** A stretch of a document that the person sees. @param name of what it is; empty for a stretch without one */
export function part(document: vscode.TextDocument, range: vscode.Range, name = ''): Outcome {
  const place = labelOf(documentPath(document.uri), range);
  const label = name === '' ? place : `${name} (${place})`;
  if (isSecretName(document.uri.path)) return { refusal: 'secret', label };
  return checked({ label, language: document.languageId, text: lines(document.getText(range)) });
}

async function symbolsOf({ uri }: vscode.TextDocument): Promise<ListedSymbol[]> {
  const found = await vscode.commands.executeCommand<(vscode.DocumentSymbol | vscode.SymbolInformation)[] | undefined>(
    'vscode.executeDocumentSymbolProvider',
    uri,
  );
  return listSymbols((found ?? []).map(nodeOf));
}

function nodeOf(symbol: vscode.DocumentSymbol | vscode.SymbolInformation): SymbolNode {
  const { name, kind } = symbol;
  if ('location' in symbol) return { name, kind, range: symbol.location.range, children: [] };
  return { name, kind, range: symbol.range, children: symbol.children.map(nodeOf) };
}

/** The symbol at the cursor comes first. */
async function chooseSymbol(symbols: readonly ListedSymbol[], line: number): Promise<ListedSymbol | undefined> {
  const here = symbolAt(symbols, line);
  const inOrder = here ? [here, ...symbols.filter((each) => each !== here)] : symbols;
  const items = inOrder.map((symbol) => ({
    label: symbol.name,
    description: [...symbol.path, `${symbol.range.start.line + 1}`].join(' › '),
    symbol,
  }));
  const placeHolder = vscode.l10n.t('Symbol to attach');
  return (await vscode.window.showQuickPick(items, { placeHolder, matchOnDescription: true }))?.symbol;
}
