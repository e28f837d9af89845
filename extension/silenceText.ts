import { l10n } from 'vscode';
import type { SilenceReason, SilenceRecord } from './completion/silence.ts';
import { number } from './format.ts';
import { languageName } from './languageName.ts';

/** A reason in plain words, and a remedy. */
export function reasonInWords(reason: SilenceReason): { readonly what: string; readonly advice: string } {
  const [what, advice] = words(reason);
  return { what, advice };
}

function words(reason: SilenceReason): readonly [what: string, advice: string] {
  const byHand = l10n.t('Type on, or run Paddock: Suggest Here Now.');
  const nothing = l10n.t('Nothing need be done.');
  const larger = l10n.t('A larger model may know better: Enter shows those on this machine.');
  const log = l10n.t('The log says how.');
  switch (reason) {
    case 'disabled':
      return [l10n.t('Inline completion was off.'), l10n.t('Turn it on.')];
    case 'language-disabled':
      return [l10n.t('Suggestions while typing were off for this language.'), l10n.t('Turn them on for it.')];
    case 'excluded':
      return [l10n.t('The file was excluded.'), l10n.t('The setting paddock.exclude names it, or did.')];
    case 'only-by-hand':
      return [
        l10n.t('Suggestions came only when you asked for them.'),
        l10n.t("Run Paddock: Suggest Here Now, or VS Code's Trigger Inline Suggestion; the setting trigger says when they come."),
      ];
    case 'several-cursors':
      return [l10n.t('There were several cursors.'), l10n.t('Suggestions come at a single cursor; Esc leaves one.')];
    case 'word-right-of-cursor':
      return [l10n.t('The cursor stood inside a word.'), l10n.t('Go to the end of the word.')];
    case 'after-deleting':
      return [l10n.t('You had deleted something.'), byHand];
    case 'empty-document':
      return [l10n.t('There was nothing before the cursor to go on from.'), byHand];
    case 'in-comment':
      return [l10n.t('The cursor stood in a comment.'), l10n.t('You turned suggestions there off; asked by hand they come.')];
    case 'engine-failed':
      return [l10n.t('The model could not be opened.'), l10n.t('Open another one, or restart the engine.')];
    case 'model-unloaded':
      return [l10n.t('The model was unloaded.'), l10n.t('It is opened again when you run Paddock: Suggest Here Now.')];
    case 'engine-gone':
      return [l10n.t('The engine process died.'), l10n.t('It is started again by itself. The log says what it said.')];
    case 'typed-on':
      return [l10n.t('You typed on, or went elsewhere, before it was ready.'), nothing];
    case 'model-silent':
      return [l10n.t('The model had nothing to say here.'), larger];
    case 'leaves-block':
      return [l10n.t('What the model said belongs outside this block.'), l10n.t('Close the block, and ask there.')];
    case 'repeats-itself':
      return [l10n.t('The model said the same thing over and over.'), larger];
    case 'repeats-document':
      return [l10n.t('What the model said stands there already.'), nothing];
    case 'too-short':
      return [
        l10n.t('The suggestion was so short that it is typed sooner than read.'),
        l10n.t('Paddock: Suggest Here Now shows it.'),
      ];
    case 'unlikely':
      return [
        l10n.t('The suggestion was more likely wrong than worth reading.'),
        l10n.t('Paddock: Suggest Here Now shows it; the setting eagerness says how sure suggestions must be.'),
      ];
    case 'error':
      return [l10n.t('The engine failed.'), log];
  }
}

/** Where it was, and how often in a row. */
export function placeInWords({ line, column }: SilenceRecord, count: number): string {
  if (count === 1) return l10n.t('line {0}, column {1}', line, column);
  return l10n.t('{0} times, last in line {1}, column {2}', count, line, column);
}

/** When it was, in which language, and what it took if the engine was asked. */
export function circumstancesInWords({ at, languageId, elapsedMs, stats }: SilenceRecord): string {
  const when = `${at.toLocaleTimeString()}, ${languageName(languageId)}.`;
  if (elapsedMs === undefined || !stats) return when;
  const { promptTokens, reusedTokens, generatedTokens } = stats;
  const ms = Math.round(elapsedMs);
  return `${when} ${l10n.t('{0} ms; {1} of {2} prompt tokens reused, {3} written.', ms, ...[reusedTokens, promptTokens, generatedTokens].map(number))}`;
}
