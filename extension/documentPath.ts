import * as vscode from 'vscode';
import { folderLabel } from './folderLabel.ts';

/**
 * The path by which the engine knows a document, in completions and in the memory of the workspace: relative to its folder, with `/`, and
 * with the folder's name before it where there are several folders. Cells of a notebook have a fragment each.
 */
export function documentPath(uri: vscode.Uri): string {
  const notebook = notebookOf(uri);
  return notebook ? `${filePath(notebook)}#${uri.fragment}` : filePath(uri);
}

/** The notebook that a document is a cell of. */
export function notebookOf({ scheme, path }: vscode.Uri): vscode.Uri | undefined {
  if (scheme !== 'vscode-notebook-cell') return undefined;
  return vscode.workspace.notebookDocuments.find(({ uri }) => uri.path === path)?.uri;
}

function filePath(uri: vscode.Uri): string {
  const path = vscode.workspace.asRelativePath(uri, false).replaceAll('\\', '/');
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  return folder ? folderLabel(folder, vscode.workspace.workspaceFolders ?? []) + path : path;
}
