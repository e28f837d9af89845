import * as vscode from 'vscode';
import { FEATURES, type Judgement, judgementsFrom } from '../../engine/index.ts';
import { exported, type StoredPreferences } from './stored.ts';

const { l10n } = vscode;

/** Saves judgements where the person chooses. @throws what the file system says of a file that cannot be written */
export async function saveJudgements(stored: StoredPreferences): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const target = await vscode.window.showSaveDialog({
    ...(folder && { defaultUri: vscode.Uri.joinPath(folder, 'paddock-preferences.json') }),
    filters: { JSON: ['json'] },
    title: l10n.t('Export Judgements'),
  });
  if (target) await vscode.workspace.fs.writeFile(target, Buffer.from(exported(stored, FEATURES)));
}

/**
 * The judgements of a file that the person chooses.
 * @returns undefined where none is chosen
 * @throws PaddockError `bad-request` for a file of another kind; what the file system says of a file that cannot be read
 */
export async function chooseImport(): Promise<readonly Judgement[] | undefined> {
  const [file] =
    (await vscode.window.showOpenDialog({
      title: l10n.t('Import Judgements'),
      filters: { JSON: ['json'] },
      openLabel: l10n.t('Import'),
    })) ?? [];
  if (!file) return undefined;
  return judgementsFrom(Buffer.from(await vscode.workspace.fs.readFile(file)).toString('utf8'), file.fsPath);
}
