import * as vscode from 'vscode';
import type { OuterRules } from './rules.ts';
import { readSmallFile } from './workspaceTree.ts';

/** Most folders examined above a workspace folder. */
const MOST_FOLDERS = 32;

/**
 * The .gitignore files above a folder, up to the root of the repository that it lies in, and that repository's own list of exclusions.
 * @returns the nearest first; nothing when the folder lies in no repository
 */
export async function outerRules(folder: vscode.Uri): Promise<OuterRules[]> {
  const found: OuterRules[] = [];
  let at = folder;
  for (let i = 0; i < MOST_FOLDERS; i++) {
    const root = folder.path.slice(at.path.length).replace(/^\//, '');
    const isRoot = await exists(vscode.Uri.joinPath(at, '.git'));
    // The folder's own file is among the rules of its tree.
    const names = [...(root === '' ? [] : ['.gitignore']), ...(isRoot ? ['.git/info/exclude'] : [])];
    for (const name of names) {
      const reading = await readSmallFile(vscode.Uri.joinPath(at, name));
      if ('text' in reading) found.push({ root, text: reading.text });
    }
    if (isRoot) return found;
    const above = vscode.Uri.joinPath(at, '..');
    if (above.path === at.path) break;
    at = above;
  }
  return [];
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  return vscode.workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
}
