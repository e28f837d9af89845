import * as vscode from 'vscode';
import type { DeclaredSymbol } from './blocks.ts';

/** Longest wait for a language server, in ms; without an answer the form of the lines tells. */
const WAIT_MS = 1_500;

const { SymbolKind } = vscode;
const DECLARES = new Set([
  SymbolKind.Class,
  SymbolKind.Constructor,
  SymbolKind.Enum,
  SymbolKind.Function,
  SymbolKind.Interface,
  SymbolKind.Method,
  SymbolKind.Struct,
]);
/** Kinds that count unless they are inside a function. */
const HOLDS = new Set([SymbolKind.Constant, SymbolKind.Field, SymbolKind.Property, SymbolKind.Variable]);
const FUNCTIONS = new Set([SymbolKind.Constructor, SymbolKind.Function, SymbolKind.Method]);

/** What a document declares, as its language server has it; empty where there is none or it takes too long. */
export async function symbolsOf(document: vscode.TextDocument): Promise<DeclaredSymbol[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), WAIT_MS);
  });
  const asked = vscode.commands.executeCommand<readonly (vscode.DocumentSymbol | vscode.SymbolInformation)[] | undefined>(
    'vscode.executeDocumentSymbolProvider',
    document.uri,
  );
  try {
    return ((await Promise.race([asked, late])) ?? []).flatMap((symbol) => declaredIn(symbol, false));
  } catch {
    return []; // a server that fails counts as absent
  } finally {
    clearTimeout(timer);
  }
}

function declaredIn(symbol: vscode.DocumentSymbol | vscode.SymbolInformation, inFunction: boolean): DeclaredSymbol[] {
  const range = 'range' in symbol ? symbol.range : symbol.location.range;
  // Callbacks are given names with spaces, methods of some languages those of their types and parameters.
  const name = /^[^\s(]*?([\w$#]+)(?:\([^)]*\))?$/.exec(symbol.name)?.[1];
  const counts = DECLARES.has(symbol.kind) || (HOLDS.has(symbol.kind) && !inFunction);
  const own = name !== undefined && counts ? [{ name, first: range.start.line, last: range.end.line }] : [];
  const below = 'children' in symbol ? symbol.children : [];
  return [...own, ...below.flatMap((child) => declaredIn(child, inFunction || FUNCTIONS.has(symbol.kind)))];
}
