import * as vscode from 'vscode';
import { LARGEST_FILE } from './content.ts';
import type { FileTree, TreeEntry } from './fileTree.ts';

/** The files below a folder, of whatever file system VS Code knows. */
export class WorkspaceTree implements FileTree {
  readonly #root: vscode.Uri;

  constructor(root: vscode.Uri) {
    this.#root = root;
  }

  async list(folder: string): Promise<readonly TreeEntry[]> {
    try {
      const entries = await vscode.workspace.fs.readDirectory(vscode.Uri.joinPath(this.#root, folder));
      return entries.flatMap(([name, type]): TreeEntry[] => {
        if (type === vscode.FileType.File) return [{ name, isFolder: false }];
        return type === vscode.FileType.Directory ? [{ name, isFolder: true }] : [];
      });
    } catch {
      return [];
    }
  }

  async read(file: string): Promise<string | undefined> {
    const reading = await readSmallFile(vscode.Uri.joinPath(this.#root, file));
    return 'text' in reading ? reading.text : undefined;
  }
}

/** Reads a text file in the encoding that the settings and its first bytes say. */
export async function readSmallFile(uri: vscode.Uri): Promise<{ readonly text: string } | { readonly fault: string }> {
  try {
    const { type, size } = await vscode.workspace.fs.stat(uri);
    if (type !== vscode.FileType.File) return { fault: 'no file' };
    if (size > LARGEST_FILE) return { fault: 'too-large' };
    const bytes = await vscode.workspace.fs.readFile(uri);
    return { text: await vscode.workspace.decode(bytes, { uri }) };
  } catch {
    return { fault: 'gone, or binary' };
  }
}
