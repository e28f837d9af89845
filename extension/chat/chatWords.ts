import { l10n } from 'vscode';
import { inWords, isPaddockError, parametersInWords } from '../../engine/index.ts';
import { deviceInWords } from '../deviceWords.ts';
import type { EngineState } from '../engineState.ts';
import { moment, number } from '../format.ts';
import { isOpen, restingIn } from '../readiness.ts';
import { stateSentence } from '../statusText.ts';
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

function modelSentence(state: EngineState): string {
  if (state.kind === 'off') return l10n.t('The engine is off.');
  if (state.kind === 'unloaded' && !restingIn(state)) return l10n.t('{0} is unloaded.', state.name);
  if (!isOpen(state)) return stateSentence(state);
  const { name, parameters, device, window } = state.model;
  const count = parametersInWords(parameters);
  return l10n.t('{0}: {1} parameters, on {2}, window of {3} tokens', name, count, deviceInWords(device), number(window));
}

function problemInWords(error: unknown): string {
  if (isPaddockError(error, 'engine-gone')) return l10n.t('The engine ended while it answered. Ask again when it is back.');
  return inWords(error);
}
