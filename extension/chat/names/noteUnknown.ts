import type { ChatHost } from '../chatHost.ts';
import { branchTo, type Conversation, changeAnswer, type Message } from '../conversation.ts';
import type { OpenConversations } from '../openConversations.ts';
import { wordsIn } from './unknown.ts';

/** What was said and attached before an answer. Names that an earlier answer may have made up do not count. */
export function saidBefore({ pinned }: Pick<Conversation, 'pinned'>, branch: readonly Message[]): string[] {
  const said = branch.flatMap(({ role, text, attachments, examples = [], unknown = [] }) => {
    if (role === 'assistant') return [withoutNames(text, unknown)];
    return [text, ...attachments.map((attached) => attached.text), ...examples.flatMap(({ code, answer }) => [code, answer])];
  });
  return [pinned.text, ...said];
}

/** Looks for the names in an answer, and keeps those that it may have made up with it. @param onFound told when there are any */
export async function noteUnknown(
  host: Pick<ChatHost, 'unknownIn'>,
  conversations: OpenConversations,
  conversation: Conversation,
  answer: { readonly id: string; readonly text: string },
  onFound: () => void,
): Promise<void> {
  const unknown = await host.unknownIn(answer.text, saidBefore(conversation, branchTo(conversation, answer.id)));
  if (unknown.length === 0) return;
  await conversations.change(conversation.id, (now) => changeAnswer(now, answer.id, { unknown }, Date.now()));
  onFound();
}

function withoutNames(text: string, names: readonly string[]): string {
  if (names.length === 0) return text;
  return wordsIn(text)
    .filter((word) => !names.includes(word))
    .join(' ');
}
