import * as vscode from 'vscode';
import { isLanguageOn } from './completion/when.ts';
import { completionSettings } from './settings.ts';

const { l10n } = vscode;

interface Choice extends vscode.QuickPickItem {
  readonly command: string;
  readonly argument?: string;
}

/** What a click on the status item offers. */
export async function showMenu(stateKind: string): Promise<void> {
  const chosen = await vscode.window.showQuickPick(choices(stateKind), { title: 'Paddock' });
  if (!chosen) return;
  await vscode.commands.executeCommand(chosen.command, ...(chosen.argument === undefined ? [] : [chosen.argument]));
}

function choices(stateKind: string): Choice[] {
  const { enabled } = completionSettings();
  const restart: Choice = { label: `$(debug-restart) ${l10n.t('Restart Engine')}`, command: 'paddock.engine.restart' };
  const rest: Choice[] = [
    {
      label: enabled
        ? `$(circle-slash) ${l10n.t('Turn Inline Completion Off')}`
        : `$(check) ${l10n.t('Turn Inline Completion On')}`,
      command: 'paddock.inlineCompletion.toggle',
    },
    ...languageChoice(),
    ...(enabled && stateKind !== 'failed' ? [restart] : []),
    { label: `$(output) ${l10n.t('Show Log')}`, command: 'paddock.log.show' },
    { label: `$(folder-opened) ${l10n.t('Choose Model Folder…')}`, command: 'paddock.model.chooseFolder' },
    { label: `$(gear) ${l10n.t('Open Settings')}`, command: 'workbench.action.openSettings', argument: '@ext:paddock.paddock' },
  ];
  // After a failure the way out comes first.
  return stateKind === 'failed' ? [restart, ...rest] : rest;
}

function languageChoice(): Choice[] {
  const document = vscode.window.activeTextEditor?.document;
  if (!document) return [];
  const { languages, enabled } = completionSettings(document);
  if (!enabled) return [];
  const { languageId } = document;
  const label = isLanguageOn(languages, languageId)
    ? `$(circle-slash) ${l10n.t('Turn Off for {0}', languageId)}`
    : `$(check) ${l10n.t('Turn On for {0}', languageId)}`;
  return [{ label, command: 'paddock.inlineCompletion.toggleLanguage' }];
}
