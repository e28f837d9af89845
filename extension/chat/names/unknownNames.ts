import type { ChatHost } from '../chatHost.ts';
import { branchTo, type Conversation, changeAnswer, type Message, messageOf } from '../conversation.ts';
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

/**
 * Looks for the names in answers, and keeps with each those that it may have made up. Answers are looked through one after the other, so
 * that what an earlier one made up is known by then.
 */
export class UnknownNames {
  readonly #host: Pick<ChatHost, 'unknownIn'>;
  readonly #conversations: OpenConversations;
  #last: Promise<void> = Promise.resolve();

  constructor(host: Pick<ChatHost, 'unknownIn'>, conversations: OpenConversations) {
    this.#host = host;
    this.#conversations = conversations;
  }

  /**
   * Looks through an answer, after those before it.
   * @param conversation in which the answer is shown
   * @param onFound told when there are names that it may have made up
   */
  note(conversation: Conversation, answer: { readonly id: string; readonly text: string }, onFound: () => void): Promise<void> {
    const note = () => this.#note(conversation, answer, onFound);
    this.#last = this.#last.then(note, note);
    return this.#last;
  }

  async #note(
    conversation: Conversation,
    answer: { readonly id: string; readonly text: string },
    onFound: () => void,
  ): Promise<void> {
    const { id } = conversation;
    const now = await this.#conversations.stored(id);
    if (!now) return;
    // Another branch may be shown by now.
    const branch = branchTo(conversation, answer.id).map((message) => messageOf(now, message.id) ?? message);
    const unknown = await this.#host.unknownIn(answer.text, saidBefore(conversation, branch));
    if (unknown.length === 0) return;
    await this.#conversations.change(id, (later) => changeAnswer(later, answer.id, { unknown }, Date.now()));
    onFound();
  }
}

function withoutNames(text: string, names: readonly string[]): string {
  if (names.length === 0) return text;
  return wordsIn(text)
    .filter((word) => !names.includes(word))
    .join(' ');
}
