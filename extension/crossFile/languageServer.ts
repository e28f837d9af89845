import { setTimeout } from 'node:timers/promises';
import * as vscode from 'vscode';
import { declarationAt, type OutlineNode, type SymbolPlace, symbolsNear } from './declarations.ts';
import type { FileText } from './windows.ts';

/** For all that is asked of language servers at one place, in milliseconds. */
const TIME = 100;

/** Kinds of symbols whose insides are members. */
const CONTAINERS = new Set([
  vscode.SymbolKind.Class,
  vscode.SymbolKind.Interface,
  vscode.SymbolKind.Enum,
  vscode.SymbolKind.Struct,
  vscode.SymbolKind.Namespace,
  vscode.SymbolKind.Module,
  vscode.SymbolKind.Object,
]);

/** A file that may be told. */
export type ReadUri = (uri: vscode.Uri) => Promise<FileText | undefined>;

/**
 * The declarations, in other files, of the symbols that are used near a cursor, as far as the language servers say so in time.
 * @param read gives nothing for a file that must not be told
 * @param timeMs for all of them together
 */
export async function declarationsNear(
  document: vscode.TextDocument,
  position: vscode.Position,
  read: ReadUri,
  timeMs = TIME,
): Promise<FileText[]> {
  const lineAt = (line: number) => (line >= 0 && line < document.lineCount ? document.lineAt(line).text : undefined);
  const found = new Map<number, FileText>();
  const outlines = new Map<string, Promise<OutlineNode[]>>();
  const look = async (symbol: SymbolPlace, rank: number) => {
    const target = await definitionOf(document, symbol);
    const file = target && (await read(target.uri));
    if (!target || !file) return;
    const key = target.uri.toString();
    const outline = outlines.get(key) ?? outlineOf(target.uri);
    outlines.set(key, outline);
    const text = declarationAt(file.path, file.text, target.range.start.line, await outline);
    if (text) found.set(rank, { path: file.path, text });
  };
  // A language server that fails contributes nothing.
  const looks = symbolsNear(lineAt, position.line, position.character).map((symbol, rank) => look(symbol, rank).catch(() => {}));
  await Promise.race([Promise.all(looks), setTimeout(timeMs)]);
  return [...found].sort(([a], [b]) => a - b).map(([, file]) => file);
}

/** Where a symbol is declared, if that is in another file. */
async function definitionOf(
  document: vscode.TextDocument,
  { line, character }: SymbolPlace,
): Promise<vscode.Location | undefined> {
  const found = await vscode.commands.executeCommand<(vscode.Location | vscode.LocationLink)[] | undefined>(
    'vscode.executeDefinitionProvider',
    document.uri,
    new vscode.Position(line, character),
  );
  const places = (found ?? []).map((each) =>
    'targetUri' in each ? new vscode.Location(each.targetUri, each.targetSelectionRange ?? each.targetRange) : each,
  );
  return places.find(({ uri }) => uri.toString() !== document.uri.toString());
}

async function outlineOf(uri: vscode.Uri): Promise<OutlineNode[]> {
  const symbols = await vscode.commands.executeCommand<vscode.DocumentSymbol[] | undefined>(
    'vscode.executeDocumentSymbolProvider',
    uri,
  );
  const nodeOf = ({ selectionRange, kind, children }: vscode.DocumentSymbol): OutlineNode => ({
    line: selectionRange.start.line,
    isContainer: CONTAINERS.has(kind),
    children: children.map(nodeOf),
  });
  // A language server may return a flat list without ranges of names, which is of no use here.
  return (symbols ?? []).filter(({ selectionRange }) => selectionRange !== undefined).map(nodeOf);
}
