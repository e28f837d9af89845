import * as vscode from 'vscode';

/** Visits that are kept. */
const MOST = 50;

/** The documents the person edited or looked at, and those that are open; latest first. */
export class Visits {
  /** By address, the latest last. */
  readonly #visited = new Map<string, vscode.Uri>();

  /** Notes an edit or a look. */
  note(uri: vscode.Uri): void {
    const key = uri.toString();
    this.#visited.delete(key);
    this.#visited.set(key, uri);
    const [oldest] = this.#visited.keys();
    if (this.#visited.size > MOST && oldest !== undefined) this.#visited.delete(oldest);
  }

  /** Open tabs count as visited, those on the screen most; tabs whose text has not been loaded yet, too. */
  get latestFirst(): vscode.Uri[] {
    const shown = vscode.window.visibleTextEditors.map(({ document }) => document.uri);
    const visited = [...this.#visited.values()].reverse();
    return unique([...shown, ...visited, ...openUris()]);
  }
}

/** Addresses of the documents that are open: those of the tabs, and the cells of notebooks. */
export function openUris(): vscode.Uri[] {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs.flatMap(({ input }) => uriOf(input)));
  const cells = vscode.workspace.notebookDocuments.flatMap((notebook) => notebook.getCells().map(({ document }) => document.uri));
  return unique([...tabs, ...cells]);
}

/** Whether the person has a document open. */
export function isOpen(uri: vscode.Uri): boolean {
  const shown = vscode.window.visibleTextEditors.map(({ document }) => document.uri);
  return [...shown, ...openUris()].some((open) => open.toString() === uri.toString());
}

/** Whether trust allows reading a document: in an untrusted workspace, only what the person has opened. */
export function isTrusted(uri: vscode.Uri): boolean {
  return vscode.workspace.isTrusted || isOpen(uri);
}

function uriOf(input: unknown): vscode.Uri[] {
  if (input instanceof vscode.TabInputText) return [input.uri];
  return input instanceof vscode.TabInputTextDiff ? [input.modified] : [];
}

function unique(uris: readonly vscode.Uri[]): vscode.Uri[] {
  return [...new Map(uris.map((uri) => [uri.toString(), uri])).values()];
}
