import * as vscode from 'vscode';
import { documentPath } from '../documentPath.ts';
import type { Documents } from './documents.ts';
import { findFiles } from './findFiles.ts';
import { nearestFirst } from './nearest.ts';
import { isTrusted } from './visits.ts';

/** Files looked for in each folder of the workspace, at most. */
const MOST_FILES = 20_000;

export interface Found {
  /** By path, the nearest first. */
  readonly documents: ReadonlyMap<string, vscode.Uri>;
  /** Names of the folders in which there are more. */
  readonly cut: readonly string[];
}

/**
 * Finds every document of the workspace that may be remembered. In an untrusted one nothing is searched: only open documents are found.
 * @param visited documents that are open or were visited, the latest first
 */
export async function findDocuments(documents: Documents, visited: readonly vscode.Uri[], signal: AbortSignal): Promise<Found> {
  const uris = new Map<string, vscode.Uri>();
  for (const uri of visited) if (documents.isCandidate(uri) && isTrusted(uri)) uris.set(documentPath(uri), uri);
  const near = [...uris.keys()];
  const cut: string[] = [];
  const { workspaceFolders = [], isTrusted: maySearch } = vscode.workspace;
  for (const folder of maySearch ? workspaceFolders : []) {
    const { tree, rules } = await documents.ruled(folder);
    const found = await findFiles(tree, rules, MOST_FILES, signal);
    if (found.cut) cut.push(folder.name);
    for (const file of found.files) {
      const uri = vscode.Uri.joinPath(folder.uri, file);
      uris.set(documentPath(uri), uri);
    }
  }
  const found = nearestFirst([...uris.keys()], near).flatMap((path) => {
    const uri = uris.get(path);
    return uri ? [[path, uri] as const] : [];
  });
  return { documents: new Map(found), cut };
}
