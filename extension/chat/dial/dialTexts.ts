import { l10n } from 'vscode';
import { leverTexts } from './leverTexts.ts';

/** What the panel says of refusals; places such as `{0}` are filled by the panel. */
export function dialTexts() {
  return {
    ...leverTexts(),
    refusals: l10n.t('Refusals'),
    dial: l10n.t('From strict to permissive'),
    dialUse: l10n.t('Set How Readily the Model Refuses'),
    dialAt: l10n.t('{0}: it refuses where a refusal is more than {1} probable', '{0}', '{1}'),
    dialThreshold: l10n.t('Threshold, from 0 to 1'),
    dialNote: l10n.t(
      'The dial says how probable a refusal must be to happen; in the middle the model is as it is. Where you have code explained, it is never stricter than that. Training for safety makes models refuse harmless questions as well (Touvron et al. 2023, section 4.2.3).',
    ),
    dialNone: l10n.t(
      'There is no dial for this model: it has none of the levers below. What it is told first works with every model.',
    ),
    dialAlways: l10n.t('Refuses everything'),
    dialStrict: l10n.t('Strict'),
    dialRatherStrict: l10n.t('Rather strict'),
    dialBalanced: l10n.t('Balanced'),
    dialRatherPermissive: l10n.t('Rather permissive'),
    dialPermissive: l10n.t('Permissive'),
    dialNever: l10n.t('Refuses nothing'),
    dialBeyond: l10n.t(
      'Stricter than the slider goes: at its strict end, the model that comes with Paddock already refuses about 1 in 16 ordinary requests, and below it more, the lower the more (models/default/README.md, “Refusals”).',
    ),
    dialResetNote: l10n.t(
      'Then the model answers as it does by itself, once to each question. Your own words are kept (docs/guide.md, “What a model refuses”).',
    ),
    prompt: l10n.t('What the model is told first'),
    promptNone: l10n.t('Nothing'),
    promptBrief: l10n.t('To be brief'),
    promptCautious: l10n.t('To be cautious'),
    promptCustom: l10n.t('In my own words'),
    promptText: l10n.t('The text that conversations begin with'),
    promptNote: l10n.t(
      'It takes its tokens with every message: System, in the window. A text that asks for caution can make a model refuse what is harmless: LLaMA 2 refused 38% of the safe questions of XSTest with the prompt it was given, 14% without (Röttger et al. 2024, arXiv 2308.01263).',
    ),
    answerAnyway: l10n.t('Answer Anyway'),
    answerAnywayNote: l10n.t(
      'Asks again with the levers at their permissive end. That you wanted an answer counts as a judgement (docs/guide.md, “What a model refuses”).',
    ),
    dialOffer: l10n.t(
      'With the dial at {0}, this would not have been refused. Moved there, it stays there for this model (docs/guide.md, “What a model refuses”).',
      '{0}',
    ),
    dialMove: l10n.t('Move the Dial There'),
    dialLeave: l10n.t('Leave the Dial'),
    decision: l10n.t('a refusal {0} probable, refused above {1}', '{0}', '{1}'),
  };
}
