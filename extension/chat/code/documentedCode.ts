import { type Conversation, messageOf } from '../conversation.ts';
import { slashed } from '../slashCommands.ts';
import { type Lines, linesOf } from './change.ts';

/**
 * The code that an answer documents: what is attached to the `/doc` that it answers, if need be by way of `/shorter`.
 * @returns undefined for an answer to anything else
 */
export function documentedCode(conversation: Conversation, answer: string): readonly string[] | undefined {
  const question = messageOf(conversation, messageOf(conversation, answer)?.parent ?? '');
  if (!question) return undefined;
  const command = slashed(question.text)?.command;
  if (command === 'shorter') return documentedCode(conversation, question.parent);
  return command === 'doc' ? question.attachments.map(({ text }) => text) : undefined;
}

/**
 * The lines of a document that attached code stands in now, the first of several that does.
 * @param selection decides where it stands more than once
 * @returns undefined where none stands there, or it is not clear where
 */
export function linesOfAttached(document: string, attached: readonly string[], selection: Lines): Lines | undefined {
  const text = linesOf(document).join('\n');
  for (const each of attached) {
    const code = linesOf(each).join('\n').trimEnd();
    const places = code.trim() === '' ? [] : placesIn(text, code);
    const selected = places.filter(({ start, end }) => start < selection.end && selection.start < end);
    const [place, ...others] = places.length > 1 ? selected : places;
    if (place && others.length === 0) return place;
  }
  return undefined;
}

function placesIn(text: string, code: string): Lines[] {
  const height = linesOf(code).length;
  const places: Lines[] = [];
  for (let at = text.indexOf(code); at >= 0; at = text.indexOf(code, at + code.length)) {
    const start = linesOf(text.slice(0, at)).length - 1;
    places.push({ start, end: start + height });
  }
  return places;
}
