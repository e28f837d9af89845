import * as vscode from 'vscode';
import { documentPath } from '../../documentPath.ts';
import { Documents } from '../../workspaceMemory/documents.ts';
import { isBinaryName } from '../../workspaceMemory/fileKinds.ts';
import { findFiles } from '../../workspaceMemory/findFiles.ts';
import { openUris } from '../../workspaceMemory/visits.ts';

/** Files of a folder that are offered, at most. */
const MOST_FILES = 5_000;

interface FileItem extends vscode.QuickPickItem {
  readonly uri?: vscode.Uri;
}

/** Lets the person choose files, several at once: those that are open first, then those of the workspace as they are found. */
export async function pickFiles(): Promise<readonly vscode.Uri[]> {
  const open = openUris().filter(({ scheme }) => scheme !== 'vscode-notebook-cell');
  const pick = vscode.window.createQuickPick<FileItem>();
  pick.canSelectMany = true;
  pick.matchOnDescription = true;
  pick.placeholder = vscode.l10n.t('Files to attach');
  const shown: FileItem[] = open.length > 0 ? [separator(vscode.l10n.t('open')), ...open.map(itemOf)] : [];
  pick.items = shown;
  const active = vscode.window.activeTextEditor?.document.uri.toString();
  pick.activeItems = shown.filter(({ uri }) => uri !== undefined && uri.toString() === active);
  // Where several can be marked, VS Code leaves the keyboard on no line: typed and Enter pressed, nothing would be chosen.
  pick.onDidChangeValue((typed) => {
    pick.activeItems = bestFor(pick.items, typed);
  });
  const search = new AbortController();
  const chosen = new Promise<readonly vscode.Uri[]>((resolve) => {
    pick.onDidAccept(() => {
      // Without a mark the line that the keyboard is on is meant.
      const meant = pick.selectedItems.length > 0 ? pick.selectedItems : pick.activeItems;
      resolve(meant.flatMap(({ uri }) => uri ?? []));
    });
    pick.onDidHide(() => resolve([]));
  });
  pick.show();
  if (vscode.workspace.isTrusted) void offerWorkspace(pick, shown, open, search.signal);
  try {
    return await chosen;
  } finally {
    search.abort();
    pick.dispose();
  }
}

async function offerWorkspace(
  pick: vscode.QuickPick<FileItem>,
  before: readonly FileItem[],
  open: readonly vscode.Uri[],
  signal: AbortSignal,
): Promise<void> {
  const known = new Set(open.map(String));
  const documents = new Documents();
  let shown = before;
  pick.busy = true;
  for (const folder of vscode.workspace.workspaceFolders ?? []) {
    const { tree, rules } = await documents.ruled(folder);
    const { files, cut } = await findFiles(tree, rules, MOST_FILES, signal, (path) => !isBinaryName(path));
    if (signal.aborted) return;
    const uris = files.map((file) => vscode.Uri.joinPath(folder.uri, file)).filter((uri) => !known.has(String(uri)));
    if (uris.length === 0) continue;
    const more = cut ? [separator(vscode.l10n.t('More files are not listed. One that is open is.'))] : [];
    shown = [...shown, separator(folder.name), ...uris.map(itemOf), ...more];
    const { selectedItems, activeItems } = pick;
    pick.items = shown;
    pick.selectedItems = selectedItems;
    pick.activeItems = activeItems.length > 0 ? activeItems : bestFor(shown, pick.value);
  }
  pick.busy = false;
}

/** The file whose name begins with what is typed, else one that has it in its path. */
function bestFor(items: readonly FileItem[], typed: string): FileItem[] {
  const wanted = typed.trim().toLowerCase();
  if (wanted === '') return [];
  const files = items.filter(({ uri }) => uri !== undefined);
  const named = files.find(({ label }) => label.toLowerCase().startsWith(wanted));
  const found = named ?? files.find(({ label, description }) => `${description}/${label}`.toLowerCase().includes(wanted));
  return found ? [found] : [];
}

function itemOf(uri: vscode.Uri): FileItem {
  const path = documentPath(uri);
  const slash = path.lastIndexOf('/');
  return { label: path.slice(slash + 1), description: path.slice(0, Math.max(0, slash)), uri };
}

function separator(label: string): FileItem {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}
