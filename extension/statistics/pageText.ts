import { l10n } from 'vscode';
import type { StatisticsTexts } from '../../webview/protocol/statistics.ts';
import { FOLLOWED_MS } from './counting.ts';

/** The texts of the page in the language of the editor; `{0}` in them is filled by the page. */
export function statisticsTexts(): StatisticsTexts {
  return { ...headlineTexts(), ...tableTexts(), ...stateTexts() };
}

function headlineTexts() {
  return {
    title: l10n.t('Paddock Statistics'),
    acceptance: l10n.t('Acceptance'),
    acceptanceNote: l10n.t('wholly or in part, of the suggestions shown: {0}', '{0}'),
    retained: l10n.t('Retained'),
    retainedNote: l10n.t('of what was accepted stood there still after {0} seconds', FOLLOWED_MS / 1_000),
    completed: l10n.t('Completed code'),
    completedNote: l10n.t('of the characters written were accepted, not typed'),
    characters: l10n.t('Accepted characters'),
    charactersNote: l10n.t('typed by hand: {0}', '{0}'),
    median: l10n.t('Median time'),
    medianNote: l10n.t("from the editor's request to the suggestion"),
  };
}

function tableTexts() {
  return {
    range: l10n.t('Time to look back on'),
    days: l10n.t('{0} days', '{0}'),
    byDay: l10n.t('Suggestions by day'),
    byLanguage: l10n.t('By language'),
    byModel: l10n.t('By model and device'),
    byTime: l10n.t('Suggestions by time'),
    day: l10n.t('Day'),
    language: l10n.t('Language'),
    model: l10n.t('Model'),
    time: l10n.t('Time'),
    shown: l10n.t('Shown'),
    suggestions: l10n.t('Suggestions'),
    accepted: l10n.t('accepted'),
    partly: l10n.t('accepted in part'),
    rejected: l10n.t('not accepted'),
    between: l10n.t('{0} to {1}', '{0}', '{1}'),
    table: l10n.t('As a table'),
  };
}

function stateTexts() {
  return {
    none: l10n.t('Nothing yet: the first suggestion that you see is counted here.'),
    noneNote: l10n.t('A suggestion counts as shown when it was on the screen long enough to be read, or was accepted.'),
    noneInRange: l10n.t('Nothing was counted in this time. Look further back, or go on writing.'),
    off: l10n.t('Counting is off. What was counted before stays until you erase it.'),
    openSetting: l10n.t('Open Setting'),
    local: l10n.t('Counted on this machine, and never sent anywhere: numbers only, no code and no paths.'),
    since: l10n.t('Since {0}.', '{0}'),
    exportCsv: l10n.t('Export as CSV…'),
    exportJson: l10n.t('Export as JSON…'),
    erase: l10n.t('Erase…'),
  };
}
