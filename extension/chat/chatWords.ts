import { l10n } from 'vscode';
import { inWords, isPaddockError } from '../../engine/index.ts';
import { moment, number } from '../format.ts';
import { modelSentence } from '../statusText.ts';
import type { ChatWords } from './chatHost.ts';

/** What the chat says, in the language of the editor. */
export function chatWords(): ChatWords {
  return {
    untitled: l10n.t('New Conversation'),
    speakers: { user: l10n.t('You'), assistant: l10n.t('Paddock') },
    when: moment,
    model: modelSentence,
    turnsLeftOut: (turns, all) => l10n.t('Questions left out with their answers, for want of room: {0} of {1}.', turns, all),
    turnsSummedUp: (turns, all) =>
      l10n.t('Questions for which a summary stands, with their answers, for want of room: {0} of {1}.', turns, all),
    summary: l10n.t('Show the last summary.'),
    cutOff: (characters) => l10n.t('Characters cut off the beginning: {0}.', number(characters)),
    examplesLeftOut: (examples) => l10n.t('Examples left out, for want of room: {0}.', examples),
    problem: problemInWords,
    reserveFull: (tokens) =>
      l10n.t(
        'It ended after {0} tokens, as many as are reserved for the answer. Reserve more in Context window.',
        number(tokens),
      ),
    looped: l10n.t('It was ended because it repeated itself. Reword the question, or open a larger model.'),
    noCode: l10n.t('Select code in the editor or attach some first: the command is about code.'),
  };
}

function problemInWords(error: unknown): string {
  if (isPaddockError(error, 'engine-gone')) return l10n.t('The engine ended while it answered. Ask again when it is back.');
  return inWords(error);
}
