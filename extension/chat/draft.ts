import type { Memory } from '../storage/memory.ts';
import type { Attached } from './chatHost.ts';
import type { Attachment, Example, Message } from './conversation.ts';
import type { DraftStore } from './draftStore.ts';
import { isAboutCode, slashed } from './slashCommands.ts';

/** The text of a message; attachments without a word ask for an explanation. */
export function wordsOf(text: string, attachments: readonly Attachment[]): string {
  return text.trim() === '' && attachments.length > 0 ? '/explain' : text.trim();
}

/** Storage key of the draft, for a reloaded window. */
const TEXT_KEY = 'chatDraft';

/** The message that is being written, and what is attached to it. */
export class Draft {
  readonly #memory: Memory;
  readonly #store: DraftStore;
  readonly #newId: () => string;
  readonly #selection: () => Attached | undefined;
  #text: string;
  #attachments: readonly Attachment[] = [];

  /**
   * @param memory of the workspace, for its text
   * @param store for what is attached
   * @param selection the selection in the editor, which a command about code uses if nothing is attached
   */
  constructor(memory: Memory, store: DraftStore, newId: () => string, selection: () => Attached | undefined) {
    const text = memory.get(TEXT_KEY);
    this.#text = typeof text === 'string' ? text : '';
    this.#memory = memory;
    this.#store = store;
    this.#newId = newId;
    this.#selection = selection;
  }

  /** Attaches what was attached in an earlier window, before what is already. */
  async restore(): Promise<void> {
    const before = await this.#store.read();
    if (this.#attachments.length === 0) this.#attachments = before;
    else if (before.length > 0) this.#become([...before, ...this.#attachments]);
  }

  get text(): string {
    return this.#text;
  }

  set text(text: string) {
    if (text === this.#text) return;
    this.#text = text;
    // If it cannot be stored, the panel still has it.
    this.#memory.update(TEXT_KEY, text).then(undefined, () => undefined);
  }

  get attachments(): readonly Attachment[] {
    return this.#attachments;
  }

  /** What would go with the message if it were sent now. */
  get sent(): readonly Attachment[] {
    const command = slashed(this.text);
    const selection = command && isAboutCode(command) && this.#attachments.length === 0 ? this.#selection() : undefined;
    return selection ? [{ id: '', ...selection }] : this.#attachments;
  }

  /** @returns whether there was anything to attach */
  attach(attached: readonly Attached[]): boolean {
    if (attached.length === 0) return false;
    this.#become([...this.#attachments, ...attached.map((each) => ({ id: this.#newId(), ...each }))]);
    return true;
  }

  detach(ids: readonly string[]): void {
    const left = this.#attachments.filter(({ id }) => !ids.includes(id));
    if (left.length < this.#attachments.length) this.#become(left);
  }

  /** The message as if it had been sent with these examples. */
  message(examples: readonly Example[]): Message {
    const rest = { id: '', parent: '', state: 'done', error: '', numbers: null, doubts: [], revision: 0 } as const;
    return { ...rest, role: 'user', text: wordsOf(this.text, this.sent), attachments: this.sent, examples };
  }

  #become(attachments: readonly Attachment[]): void {
    this.#attachments = attachments;
    this.#store.keep(attachments);
  }
}
