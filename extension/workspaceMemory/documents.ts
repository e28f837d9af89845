import * as vscode from 'vscode';
import { documentPath, notebookOf } from '../documentPath.ts';
import { isExcluded } from '../excluded.ts';
import { excludeSettings } from '../settings.ts';
import { faultOf } from './content.ts';
import { excludesOf } from './excludeGlobs.ts';
import { IGNORE_CASE } from './exclusion.ts';
import { fileKind, isProse } from './fileKinds.ts';
import type { Reading, Source } from './lookList.ts';
import { outerRules } from './outerRules.ts';
import { isForeign, Rules } from './rules.ts';
import { isSecretName } from './secrets.ts';
import { isTrusted } from './visits.ts';
import { readSmallFile, WorkspaceTree } from './workspaceTree.ts';

/** A workspace folder, with what is left out of it. */
export interface RuledFolder {
  readonly folder: vscode.WorkspaceFolder;
  readonly tree: WorkspaceTree;
  readonly rules: Rules;
}

/**
 * The documents that may be remembered: files of the workspace and, as long as they are open, untitled documents and cells of notebooks.
 * In an untrusted workspace, only what is open.
 */
export class Documents {
  /** By the folder's address. */
  readonly #folders = new Map<string, Promise<RuledFolder>>();

  /** Reloads the rules, because a setting, a .gitignore or a folder has changed. */
  refresh(): void {
    this.#folders.clear();
  }

  /** Whether a document could be remembered, as far as can be told synchronously. */
  isCandidate(uri: vscode.Uri): boolean {
    if (uri.scheme === 'untitled') return true;
    if (uri.scheme === 'vscode-notebook-cell') return notebookOf(uri) !== undefined;
    return this.isInside(uri) && fileKind(uri.path) !== undefined;
  }

  /** Whether a URI is in the workspace, and not in a folder of dependencies or build results. */
  isInside(uri: vscode.Uri): boolean {
    const folder = vscode.workspace.getWorkspaceFolder(uri);
    return folder?.uri.scheme === uri.scheme && !isForeign(pathIn(folder, uri));
  }

  /** @param path by which it is known, even when it is gone */
  source(uri: vscode.Uri, path = documentPath(uri)): Source {
    return { path, read: () => this.#read(uri) };
  }

  ruled(folder: vscode.WorkspaceFolder): Promise<RuledFolder> {
    const key = folder.uri.toString();
    const known = this.#folders.get(key);
    if (known) return known;
    const ruled = ruledFolder(folder);
    this.#folders.set(key, ruled);
    return ruled;
  }

  /** The text as the person sees it: that of the editor where it is open, else that of the file. */
  async #read(uri: vscode.Uri): Promise<Reading> {
    if (!this.isCandidate(uri)) return { fault: 'no file of the workspace' };
    if (!isTrusted(uri)) return { fault: 'closed, in a workspace that is not trusted' };
    const file = notebookOf(uri) ?? uri;
    if (await this.#isLeftOut(file)) return { fault: 'left out by a rule' };
    const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
    const isFile = uri === file && uri.scheme !== 'untitled';
    if (!isFile && !open) return { fault: 'closed' };
    // For a file, its name has already decided.
    if (!isFile && open && isProse(open.languageId)) return { fault: 'prose' };
    // A document without changes can outlive its editor and its file.
    const reading = open && (open.isDirty || !isFile) ? { text: open.getText() } : await readSmallFile(uri);
    if (!('text' in reading)) return reading;
    const fault = faultOf(uri.path, reading.text);
    return fault ? { fault } : { text: reading.text.replaceAll('\r\n', '\n') };
  }

  async #isLeftOut(uri: vscode.Uri): Promise<boolean> {
    if (uri.scheme === 'untitled') return isSecretName(uri.path) || isExcluded(uri);
    const folder = vscode.workspace.getWorkspaceFolder(uri);
    if (!folder) return true;
    const { rules } = await this.ruled(folder);
    return rules.leavesOut(pathIn(folder, uri));
  }
}

/** The path of a document relative to its folder. */
function pathIn(folder: vscode.WorkspaceFolder, uri: vscode.Uri): string {
  return uri.path.slice(folder.uri.path.length).replace(/^\//, '');
}

async function ruledFolder(folder: vscode.WorkspaceFolder): Promise<RuledFolder> {
  const tree = new WorkspaceTree(folder.uri);
  const excludes = excludesOf(...excludeSettings(folder.uri));
  const outer = await outerRules(folder.uri);
  return { folder, tree, rules: new Rules({ tree, excludes, outer, ignoreCase: IGNORE_CASE }) };
}
