import * as vscode from 'vscode';
import { notebookOf } from './documentPath.ts';
import { excludedGlobs } from './settings.ts';
import { isExcludedBy } from './workspaceMemory/exclusion.ts';

/** Whether the person wants a document left alone: nothing is suggested in it, and it is not read for anything else. */
export function isExcluded(uri: vscode.Uri): boolean {
  const file = notebookOf(uri) ?? uri;
  const globs = excludedGlobs(file);
  if (globs.length === 0) return false;
  // A document that is no file yet has the place where it will be one.
  const folder = vscode.workspace.getWorkspaceFolder(file) ?? vscode.workspace.getWorkspaceFolder(vscode.Uri.file(file.path));
  return isExcludedBy(globs, folder ? file.path.slice(folder.uri.path.length) : file.path);
}
