import { env, l10n } from 'vscode';
import type { SilenceReason, SilenceRecord } from './completion/silence.ts';
import { number } from './format.ts';
import { languageName } from './languageName.ts';

/** A reason in plain words, and a remedy: short enough for a line of VS Code's lists, which cuts what is longer. */
export function reasonInWords(reason: SilenceReason): { readonly what: string; readonly advice: string } {
  const [what, advice] = words(reason);
  return { what, advice };
}

function words(reason: SilenceReason): readonly [what: string, advice: string] {
  const byHand = l10n.t('Type on, or run Paddock: Suggest Here Now.');
  const nothing = l10n.t('Nothing need be done.');
  const larger = l10n.t('A larger model may do: Enter shows yours.');
  const log = l10n.t('The log says how.');
  switch (reason) {
    case 'disabled':
      return [l10n.t('Inline completion was off.'), l10n.t('Turn it on.')];
    case 'language-disabled':
      return [l10n.t('Suggestions were off in this language.'), l10n.t('Turn them on for it.')];
    case 'excluded':
      return [l10n.t('The file was excluded.'), l10n.t('The setting paddock.exclude names it, or did.')];
    case 'only-by-hand':
      return [
        l10n.t('Suggestions came only when asked for.'),
        l10n.t('Paddock: Suggest Here Now asks; the setting trigger says when they come.'),
      ];
    case 'several-cursors':
      return [l10n.t('There were several cursors.'), l10n.t('Suggestions come at a single cursor; Esc leaves one.')];
    case 'word-right-of-cursor':
      return [l10n.t('The cursor stood inside a word.'), l10n.t('Go to the end of the word.')];
    case 'after-deleting':
      return [l10n.t('You had deleted something.'), byHand];
    case 'empty-document':
      return [l10n.t('Nothing stood before the cursor.'), byHand];
    case 'in-comment':
      return [l10n.t('The cursor stood in a comment.'), l10n.t('You turned suggestions there off; asked by hand they come.')];
    case 'engine-failed':
      return [l10n.t('The model could not be opened.'), l10n.t('Open another one, or restart the engine.')];
    case 'model-unloaded':
      return [l10n.t('The model was unloaded.'), l10n.t('It is opened again when you run Paddock: Suggest Here Now.')];
    case 'engine-gone':
      return [l10n.t('The engine process died.'), l10n.t('It is started again by itself. The log says what it said.')];
    case 'typed-on':
      return [l10n.t('You had gone on before it was ready.'), nothing];
    case 'model-silent':
      return [l10n.t('The model had nothing to say here.'), larger];
    case 'leaves-block':
      return [l10n.t('It belonged outside this block.'), l10n.t('Close the block, and ask there.')];
    case 'repeats-itself':
      return [l10n.t('The model repeated itself.'), larger];
    case 'repeats-document':
      return [l10n.t('What it said stands there already.'), nothing];
    case 'too-short':
      return [l10n.t('It was sooner typed than read.'), l10n.t('Paddock: Suggest Here Now shows it.')];
    case 'unlikely':
      return [l10n.t('It was more likely wrong than useful.'), l10n.t('Suggest Here Now or more eagerness shows it.')];
    case 'error':
      return [l10n.t('The engine failed.'), log];
  }
}

/** Where and when it was, and how often in a row. */
export function placeInWords({ line, column, at }: SilenceRecord, count: number): string {
  const time = at.toLocaleTimeString(env.language, { timeStyle: 'short' });
  if (count === 1) return l10n.t('line {0}, column {1}, {2}', number(line), number(column), time);
  return l10n.t('{0} times, last in line {1}, column {2}, {3}', number(count), number(line), number(column), time);
}

/** What it took; the language if the engine was not asked, for which that may be why. */
export function circumstancesInWords({ languageId, elapsedMs, stats }: SilenceRecord): string {
  if (elapsedMs === undefined || !stats) return `${languageName(languageId)}.`;
  const { promptTokens, reusedTokens, generatedTokens } = stats;
  const numbers = [elapsedMs, reusedTokens, promptTokens, generatedTokens].map(number);
  return l10n.t('{0} ms; tokens: {1} of {2} reused, {3} written.', ...numbers);
}
