import { basename } from 'node:path';
import * as vscode from 'vscode';
import { type AuditRequest, promptsFromCsv } from '../../engine/index.ts';

/**
 * Requests of a file that the person chooses: those that should be answered and those that should not, as two sets.
 * @returns undefined where none is chosen
 * @throws PaddockError `bad-request` with the line that is wrong; what the file system says of a file that cannot be read
 */
export async function importCsv(): Promise<readonly AuditRequest[] | undefined> {
  const [file] =
    (await vscode.window.showOpenDialog({
      title: vscode.l10n.t('Import XSTest CSV'),
      filters: { CSV: ['csv'] },
      openLabel: vscode.l10n.t('Import'),
    })) ?? [];
  if (!file) return undefined;
  const text = Buffer.from(await vscode.workspace.fs.readFile(file)).toString('utf8');
  const name = basename(file.path);
  return promptsFromCsv(text).map((prompt) => ({
    ...prompt,
    set: prompt.shouldRefuse ? vscode.l10n.t('{0}, to refuse', name) : vscode.l10n.t('{0}, to answer', name),
  }));
}
