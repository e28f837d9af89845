import * as vscode from 'vscode';
import { inWords } from '../../engine/index.ts';
import { tellError } from '../notify.ts';

/** Saves a text where the person chooses. Never rejects: failures are shown. @param name proposed, with its ending */
export async function saveExport(name: string, text: string): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const ending = name.slice(name.lastIndexOf('.') + 1);
  const target = await vscode.window.showSaveDialog({
    ...(folder && { defaultUri: vscode.Uri.joinPath(folder, name) }),
    filters: { [ending.toUpperCase()]: [ending] },
    title: vscode.l10n.t('Export Measurement'),
  });
  if (!target) return;
  try {
    await vscode.workspace.fs.writeFile(target, Buffer.from(text));
  } catch (error) {
    const reason = inWords(error);
    void tellError(vscode.l10n.t('The measurement could not be saved: {0}', reason));
  }
}
