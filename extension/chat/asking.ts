import type { Answering } from './answering.ts';
import type { Attached, ChatHost } from './chatHost.ts';
import type { ChatListener } from './chatListener.ts';
import { ask, edit, type Message, messageOf } from './conversation.ts';
import { type Draft, wordsOf } from './draft.ts';
import type { FewShot } from './fewShot/fewShot.ts';
import type { OpenConversations } from './openConversations.ts';
import { isAboutCode, slashed } from './slashCommands.ts';

/** Asks questions, with their attachments and examples. */
export class Asking {
  readonly #host: ChatHost;
  readonly #conversations: OpenConversations;
  readonly #draft: Draft;
  readonly #fewShot: FewShot;
  readonly #answering: Answering;
  readonly #listener: ChatListener;

  constructor(
    host: ChatHost,
    conversations: OpenConversations,
    draft: Draft,
    fewShot: FewShot,
    answering: Answering,
    listener: ChatListener,
  ) {
    this.#host = host;
    this.#conversations = conversations;
    this.#draft = draft;
    this.#fewShot = fewShot;
    this.#answering = answering;
    this.#listener = listener;
  }

  /** Sends the message that was written, with what is attached to it; one that cannot be sent is given back. */
  async send(text: string): Promise<void> {
    const command = slashed(text);
    if (command?.command === 'clear') {
      this.#conversations.begin();
      this.#listener.onCurrent();
      // What stands behind it is the first message of the new one.
      return command.rest === '' ? undefined : this.send(command.rest);
    }
    if (!this.#answering.mayAsk) return this.#giveBack(text);
    if (command && isAboutCode(command) && this.#draft.attachments.length === 0) {
      const selection = this.#host.selection();
      if (!selection) {
        this.#host.tell(this.#host.words.noCode);
        return this.#giveBack(text);
      }
      this.#draft.attach([selection]);
      this.#listener.onWindow();
    }
    const { attachments } = this.#draft;
    if (text.trim() === '' && attachments.length === 0) return;
    const examples = await this.#fewShot.of(text, attachments);
    if (!this.#answering.mayAsk) return this.#giveBack(text);
    this.#draft.detach(attachments.map(({ id }) => id));
    this.#draft.text = '';
    const words = wordsOf(text, attachments);
    await this.#answering.give((now, ids, time) => ask(now, ids, words, attachments, time, examples));
  }

  /** Asks a question again in other words, as a new version of it; one that cannot be asked now is put below what is being written. */
  async edit(question: string, text: string): Promise<void> {
    const { attachments = [] } = messageOf(this.#conversations.current, question) ?? {};
    const examples = await this.#fewShot.of(text, attachments);
    if (!this.#answering.mayAsk) return this.#giveBack([this.#draft.text, text].filter((part) => part !== '').join('\n\n'));
    await this.#answering.give((now, ids, time) => edit(now, question, ids, text, time, examples));
  }

  /**
   * Asks something in the conversation that is shown, with these attachments and no others; what is being written stays.
   * @returns the answer as it has ended; undefined where nothing can be asked now
   */
  async ask(text: string, attached: readonly Attached[]): Promise<Message | undefined> {
    if (!this.#answering.mayAsk) return undefined;
    const attachments = attached.map((each) => ({ id: this.#host.newId(), ...each }));
    const examples = await this.#fewShot.of(text, attachments);
    if (!this.#answering.mayAsk) return undefined;
    const { id } = this.#conversations.current;
    let answer = '';
    await this.#answering.give((now, ids, time) => {
      answer = ids.answer;
      return ask(now, ids, text, attachments, time, examples);
    });
    const conversation = await this.#conversations.stored(id);
    return conversation && messageOf(conversation, answer);
  }

  /** A message that could not be sent is not lost. */
  #giveBack(text: string): void {
    this.#draft.text = text;
    this.#host.post({ kind: 'draft', text });
    this.#listener.show();
  }
}
