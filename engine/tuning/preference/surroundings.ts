import { type Conversation, messagesOf } from '../../chat/conversation.ts';

/** Characters around a cursor that the shipped heads were fitted with (training/preference/places.py). */
const BEFORE = 600;
const AFTER = 200;

/** What counts as standing before and after a completion: whole lines near the cursor. */
export function aroundCompletion(prefix: string, suffix: string): { readonly before: string; readonly after: string } {
  const [tail, head] = [prefix.slice(-BEFORE), suffix.slice(0, AFTER)];
  return {
    before: prefix.length <= BEFORE ? prefix : tail.includes('\n') ? tail.slice(tail.indexOf('\n') + 1) : '',
    after: suffix.length <= AFTER ? suffix : head.slice(0, Math.max(0, head.lastIndexOf('\n'))),
  };
}

/** What counts as standing before an answer: all that is said in the conversation, in which its names and lines are looked up. */
export function saidIn(conversation: Conversation): string {
  return messagesOf(conversation)
    .map(({ pieces }) => pieces.map(({ text }) => text).join(''))
    .join('\n');
}
