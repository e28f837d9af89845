import * as vscode from 'vscode';
import { notebookOf } from './documentPath.ts';
import { excludedGlobs } from './settings.ts';
import { isExcludedBy } from './workspaceMemory/exclusion.ts';

/** Whether the person excluded a document: nothing is suggested in it, and it is not read for anything else. */
export function isExcluded(uri: vscode.Uri): boolean {
  const file = notebookOf(uri) ?? uri;
  const globs = excludedGlobs(file);
  if (globs.length === 0) return false;
  // An unsaved document counts as the file it will become.
  const folder = vscode.workspace.getWorkspaceFolder(file) ?? vscode.workspace.getWorkspaceFolder(vscode.Uri.file(file.path));
  return isExcludedBy(globs, folder ? file.path.slice(folder.uri.path.length) : file.path);
}
