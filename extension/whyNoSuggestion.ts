import * as vscode from 'vscode';
import type { SilenceRecord } from './completion/silence.ts';
import { groupSilences, type SilenceGroup } from './completion/silenceGroups.ts';
import { isLanguageOn } from './completion/when.ts';
import type { EngineState } from './engineState.ts';
import { isExcluded } from './excluded.ts';
import { languageName } from './languageName.ts';
import {
  completionSettings,
  editorShowsInlineSuggestions,
  setCompletionEnabled,
  setLanguageEnabled,
  setTrigger,
} from './settings.ts';
import { circumstancesInWords, placeInWords, reasonInWords } from './silenceText.ts';
import { stateSentence } from './statusText.ts';

const { l10n } = vscode;

/** A line of the list. Choosing it carries out its advice. */
interface Line extends vscode.QuickPickItem {
  readonly run?: () => unknown;
}

const command = (id: string, ...values: unknown[]) => vscode.commands.executeCommand(id, ...values);

/**
 * Shows what stands in the way of suggestions now, and why the last requests showed nothing. A list rather than a page: a screen reader
 * reads each line as a whole, and the advice is one key away.
 */
export async function showWhyNoSuggestion(state: EngineState, latestFirst: readonly SilenceRecord[]): Promise<void> {
  const groups = groupSilences(latestFirst);
  const past = groups.length > 0 ? groups.map(pastLine) : [{ label: l10n.t('No request has gone without a suggestion so far.') }];
  const lines: Line[] = [
    separator(l10n.t('Now')),
    ...nowLines(state),
    ...(await endSnooze()),
    separator(l10n.t('Lately')),
    ...past,
    separator(''),
    { label: l10n.t('Show Log'), run: () => command('paddock.log.show') },
  ];
  const chosen = await vscode.window.showQuickPick(lines, {
    title: l10n.t('Why No Suggestion?'),
    placeHolder: l10n.t('Press Enter to do what a line advises'),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  await chosen?.run?.();
}

/** The editor does not tell extensions whether it is snoozing; in versions that cannot snooze there is nothing to end. */
async function endSnooze(): Promise<Line[]> {
  const id = 'editor.action.inlineSuggest.cancelSnooze';
  if (!(await vscode.commands.getCommands(true)).includes(id)) return [];
  const detail = l10n.t('If you snoozed suggestions, none come until the time is over, or you choose this.');
  const run = async () => {
    await command(id);
    // An editor in which something was typed in the meantime would keep waiting for the cursor to move.
    await command('editor.action.inlineSuggest.hide');
  };
  return [{ label: l10n.t('End Snooze'), detail, run }];
}

function separator(label: string): Line {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}

/** What stands in the way; else the state of the engine. */
function nowLines(state: EngineState): Line[] {
  const document = vscode.window.activeTextEditor?.document;
  const { enabled, trigger, languages } = completionSettings(document);
  const lines: Line[] = [];
  if (!editorShowsInlineSuggestions(document)) {
    lines.push({
      label: l10n.t('The editor hides all suggestions.'),
      detail: l10n.t('Turn on its setting editor.inlineSuggest.enabled.'),
      run: () => openSetting('editor.inlineSuggest.enabled'),
    });
  }
  if (enabled && document && !isLanguageOn(languages, document.languageId)) {
    lines.push({
      label: l10n.t('Suggestions while typing are off for {0}.', languageName(document.languageId)),
      detail: reasonInWords('language-disabled').advice,
      run: () => setLanguageEnabled(document.languageId, true),
    });
  }
  if (enabled && document && isExcluded(document.uri)) {
    lines.push({
      label: l10n.t('This file is excluded: nothing is suggested in it.'),
      detail: l10n.t('The setting paddock.exclude names it.'),
      run: () => openSetting('paddock.exclude'),
    });
  }
  if (enabled && trigger === 'manual') {
    lines.push({
      label: l10n.t('Suggestions come only when you ask for them.'),
      detail: l10n.t('Choose this to have them while you type.'),
      run: () => setTrigger('automatic'),
    });
  }
  lines.push({ label: stateSentence(state), ...(state.kind === 'failed' && { run: () => command('paddock.status.menu') }) });
  return lines;
}

function pastLine({ latest, count }: SilenceGroup): Line {
  const { what, advice } = reasonInWords(latest.silence);
  const run = remedy(latest);
  return {
    label: what,
    description: placeInWords(latest, count),
    detail: `${advice} ${circumstancesInWords(latest)}`,
    ...(run && { run }),
  };
}

/** The remedy, if one key can apply it. */
function remedy({ silence, languageId }: SilenceRecord): (() => unknown) | undefined {
  switch (silence) {
    case 'disabled':
      return () => setCompletionEnabled(true);
    case 'language-disabled':
      return () => setLanguageEnabled(languageId, true);
    case 'excluded':
      return () => openSetting('paddock.exclude');
    case 'engine-failed':
      return () => command('paddock.status.menu');
    case 'only-by-hand':
    case 'after-deleting':
    case 'in-comment':
    case 'empty-document':
    case 'model-unloaded':
    case 'too-short':
    case 'unlikely':
      return () => command('paddock.inlineCompletion.trigger');
    case 'model-silent':
    case 'repeats-itself':
      return () => command('paddock.model.open');
    case 'engine-gone':
    case 'error':
      return () => command('paddock.log.show');
    default:
      return undefined;
  }
}

function openSetting(id: string): unknown {
  return command('workbench.action.openSettings', `@id:${id}`);
}
