import * as vscode from 'vscode';
import type { Attachable } from '../../../webview/protocol/chatAttachments.ts';
import { inform, warn } from '../../notify.ts';
import type { Attached } from '../chatHost.ts';
import { attachSelection, attachSymbol, part } from './fromEditor.ts';
import { attachProblems } from './fromProblems.ts';
import { attachTerminal } from './fromTerminal.ts';
import { pickFiles } from './pickFiles.ts';
import { FileReader } from './readFiles.ts';
import { allowed } from './say.ts';

export type { Attached } from '../chatHost.ts';

/** Files attached at once, at most. */
const MOST_FILES = 50;

const WAYS: Readonly<Record<Attachable, () => readonly Attached[] | Promise<readonly Attached[]>>> = {
  file: async () => attachFiles(await pickFiles()),
  selection: attachSelection,
  symbol: attachSymbol,
  problems: attachProblems,
  terminal: attachTerminal,
};

/** Lets the person choose an attachment, and reads it. @returns nothing where the person chose nothing, or was told why it cannot be */
export async function attach(what: Attachable): Promise<readonly Attached[]> {
  return WAYS[what]();
}

/** Files that were dropped; the person is told where nothing is the address of one, as VS Code gives it for those of its own window. */
export async function attachUris(uris: readonly string[]): Promise<readonly Attached[]> {
  const files = uris.flatMap(addressOf);
  if (files.length > 0) return attachFiles(files);
  void inform(vscode.l10n.t('VS Code does not say where that lies. Open it as a file, then attach it with @file.'));
  return [];
}

/**
 * What "Add to Chat" means at a place: the files that are chosen in the explorer, what is selected in the editor, or else its whole file.
 * @param uri as menus hand it over; undefined from the command palette
 * @param chosen all that are chosen, from the explorer only
 */
export async function attachFromMenu(uri: unknown, chosen: unknown): Promise<readonly Attached[]> {
  if (Array.isArray(chosen)) return attachFiles(chosen.filter((each) => each instanceof vscode.Uri));
  const editor = vscode.window.activeTextEditor;
  const isHere = !(uri instanceof vscode.Uri) || uri.toString() === editor?.document.uri.toString();
  if (editor && isHere && !editor.selection.isEmpty) return allowed([part(editor.document, editor.selection)]);
  const file = uri instanceof vscode.Uri ? uri : editor?.document.uri;
  if (file) return attachFiles([file]);
  void inform(vscode.l10n.t('Open a file first: it is attached to the chat.'));
  return [];
}

/** A file that somebody named, or a stretch of it. */
export async function attachLocation(uri: vscode.Uri, range?: vscode.Range): Promise<readonly Attached[]> {
  if (!range) return attachFiles([uri]);
  const [file] = await attachFiles([uri]);
  return file ? allowed([part(await vscode.workspace.openTextDocument(uri), range)]) : [];
}

async function attachFiles(uris: readonly vscode.Uri[]): Promise<readonly Attached[]> {
  const reader = new FileReader();
  const unique = [...new Map(uris.map((uri) => [uri.toString(), uri])).values()];
  if (unique.length > MOST_FILES) {
    void warn(vscode.l10n.t('Of {0} files the first {1} are attached: more do not go at once.', unique.length, MOST_FILES));
  }
  return allowed(await Promise.all(unique.slice(0, MOST_FILES).map((uri) => reader.read(uri))));
}

function addressOf(text: string): vscode.Uri[] {
  try {
    const uri = vscode.Uri.parse(text, true);
    return [isOfThisMachine(uri) ? uri.with({ scheme: 'file', authority: '' }) : uri];
  } catch {
    return [];
  }
}

/** Whether a window elsewhere means a file of this machine: it names the machine that extensions run on, where their files are local. */
function isOfThisMachine({ scheme }: vscode.Uri): boolean {
  const folders = vscode.workspace.workspaceFolders ?? [];
  return scheme === 'vscode-remote' && folders.some(({ uri }) => uri.scheme === 'file');
}
