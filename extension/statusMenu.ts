import * as vscode from 'vscode';
import { isLanguageOn } from './completion/when.ts';
import type { EngineState } from './engineState.ts';
import { completionSettings, setContextWindow } from './settings.ts';
import type { MemoryReport } from './workspaceMemory/report.ts';

const { l10n } = vscode;

/** The editor's own, for all inline suggestions; older editors that are supported do not have it. */
const SNOOZE = 'editor.action.inlineSuggest.snooze';

interface Choice extends vscode.QuickPickItem {
  readonly run: () => unknown;
}

/** What runs a command. */
const command = (id: string, ...values: unknown[]) => ({ run: () => vscode.commands.executeCommand(id, ...values) });

/** What a click on the status item offers. */
export async function showMenu(state: EngineState, memory: MemoryReport): Promise<void> {
  const canSnooze = (await vscode.commands.getCommands(true)).includes(SNOOZE);
  const chosen = await vscode.window.showQuickPick(choices(state, memory, canSnooze), { title: 'Paddock' });
  await chosen?.run();
}

function choices(state: EngineState, memory: MemoryReport, canSnooze: boolean): Choice[] {
  const { enabled } = completionSettings();
  const hasModel = state.kind === 'ready' || state.kind === 'generating';
  const restart: Choice = { label: `$(debug-restart) ${l10n.t('Restart Engine')}`, ...command('paddock.engine.restart') };
  const rest: Choice[] = [
    {
      label: enabled
        ? `$(circle-slash) ${l10n.t('Turn Inline Completion Off')}`
        : `$(check) ${l10n.t('Turn Inline Completion On')}`,
      ...command('paddock.inlineCompletion.toggle'),
    },
    ...languageChoice(),
    ...(enabled && canSnooze ? [{ label: `$(bell-slash) ${l10n.t('Snooze Suggestions…')}`, ...command(SNOOZE) }] : []),
    ...(hasModel ? [{ label: `$(debug-disconnect) ${l10n.t('Unload Model')}`, ...command('paddock.model.unload') }] : []),
    ...(enabled && state.kind !== 'failed' ? [restart] : []),
    ...(memory.paths.length > 0
      ? [{ label: `$(trash) ${l10n.t('Forget Workspace Memory')}`, ...command('paddock.workspaceMemory.forget') }]
      : []),
    { label: `$(question) ${l10n.t('Why No Suggestion?')}`, ...command('paddock.inlineCompletion.why') },
    { label: `$(output) ${l10n.t('Show Log')}`, ...command('paddock.log.show') },
    { label: `$(gear) ${l10n.t('Open Settings')}`, ...command('workbench.action.openSettings', '@ext:paddock.paddock') },
  ];
  const open: Choice = {
    label: `$(folder-opened) ${l10n.t('Open Model…')}`,
    ...command('paddock.model.open'),
    ...(hasModel && { description: state.model.name }),
  };
  // After a failure the way out comes first.
  return state.kind === 'failed' ? [...smallerWindow(state.largestWindow), restart, open, ...rest] : [open, ...rest];
}

/** The way out when memory is short. */
function smallerWindow(tokens: number | undefined): Choice[] {
  if (!tokens) return [];
  return [{ label: `$(play) ${l10n.t('Open with {0} Tokens', tokens)}`, run: () => setContextWindow(tokens) }];
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
  return [{ label, ...command('paddock.inlineCompletion.toggleLanguage') }];
}
