import * as vscode from 'vscode';
import { inform, warn } from '../../notify.ts';
import { ATTACHMENT_SCHEME } from '../attachments/attachmentDocuments.ts';

const { l10n } = vscode;

/** URI scheme of documents that show what another would become. */
export const PROPOSAL_SCHEME = 'paddock-proposal';
/** Documents that VS Code does not know to be read-only. */
const READ_ONLY = ['output', PROPOSAL_SCHEME, ATTACHMENT_SCHEME];

/** Whether a document may be changed; says why where it may not. */
export function mayChange({ uri }: vscode.TextDocument): boolean {
  if (!vscode.workspace.isTrusted) {
    void refuseUntrusted();
    return false;
  }
  if (vscode.workspace.fs.isWritableFileSystem(uri.scheme) !== false && !READ_ONLY.includes(uri.scheme)) return true;
  tell(l10n.t('{0} is read-only: nothing can be written into it.', nameOf(uri)));
  return false;
}

/** The last part of a path. */
export function nameOf(uri: vscode.Uri): string {
  return uri.path.slice(uri.path.lastIndexOf('/') + 1);
}

export function tell(message: string): void {
  void inform(message);
}

async function refuseUntrusted(): Promise<void> {
  const manage = l10n.t('Manage Workspace Trust');
  const said = l10n.t('You have not said that you trust this workspace: Paddock changes nothing in it. Code can be copied.');
  if ((await warn(said, manage)) === manage) {
    await vscode.commands.executeCommand('workbench.trust.manage');
  }
}
