import { type Conversation, merge, newConversation } from './conversation.ts';
import type { ConversationStore } from './conversationStore.ts';
import { isNothing } from './pins/pinned.ts';
import { found, type Summary, summaryOf } from './titles.ts';

/** This window's view of the workspace's conversations: the one shown, those being answered, and a list of all. */
export class OpenConversations {
  readonly #store: ConversationStore;
  readonly #newId: () => string;
  readonly #open = new Map<string, Conversation>();
  readonly #summaries = new Map<string, Summary>();
  #current: Conversation;
  /** What the list is searched for; empty for nothing. */
  search = '';

  constructor(store: ConversationStore, newId: () => string) {
    this.#store = store;
    this.#newId = newId;
    this.#current = newConversation(newId(), Date.now());
  }

  /** The one that is shown. */
  get current(): Conversation {
    return this.#current;
  }

  get(id: string): Conversation | undefined {
    return id === this.#current.id ? this.#current : this.#open.get(id);
  }

  /** One of those that are kept, or that is shown. */
  async stored(id: string): Promise<Conversation | undefined> {
    return this.get(id) ?? (await this.#store.open(id));
  }

  /** All that fit the search, the last used first. */
  get found(): Summary[] {
    return found([...this.#summaries.values()], this.search);
  }

  /** Shows a new one; an existing one without messages counts as new, even if something is pinned. */
  begin(): void {
    if (this.#current.messages.length > 0) this.#show(newConversation(this.#newId(), Date.now()));
  }

  /** Shows one that was kept. @returns whether there is such a one */
  async show(id: string): Promise<boolean> {
    const conversation = await this.stored(id);
    if (conversation) this.#show(conversation);
    return conversation !== undefined;
  }

  /** Changes one and saves it, unless nothing is said or pinned in it; a deleted one stays deleted. */
  async change(id: string, change: (conversation: Conversation) => Conversation): Promise<void> {
    // At once where it is open, so that of two changes that come together the second has the first.
    const before = this.get(id) ?? (await this.#store.open(id));
    if (!before) return;
    const after = change(before);
    this.#put(after);
    if (isBlank(after)) {
      this.#summaries.delete(id);
      return isBlank(before) ? undefined : this.#store.delete(id);
    }
    this.#summaries.set(id, summaryOf(after));
    await this.#store.save(after);
  }

  /** Changes one that is being answered and keeps it; the list, which knows it already, stays as it is. */
  async keep(id: string, change: (conversation: Conversation) => Conversation): Promise<void> {
    const before = this.get(id);
    if (!before) return;
    const after = change(before);
    this.#put(after);
    await this.#store.save(after);
  }

  /** The answer of one has ended: it is released unless it is shown. */
  release(id: string): void {
    this.#open.delete(id);
  }

  /** Keeps one loaded while it is being answered, whatever is shown. */
  hold(conversation: Conversation): void {
    this.#open.set(conversation.id, conversation);
  }

  /** Deletes one. @throws Error of the file system when its file cannot be removed */
  async delete(id: string): Promise<void> {
    this.#open.delete(id);
    this.#summaries.delete(id);
    if (id === this.#current.id) this.#current = newConversation(this.#newId(), Date.now());
    await this.#store.delete(id);
  }

  /** Looks what other windows have done. */
  async refresh(): Promise<void> {
    const summaries = await this.#store.list();
    this.#summaries.clear();
    for (const summary of summaries) this.#summaries.set(summary.id, summary);
    const { id } = this.#current;
    const stored = isBlank(this.#current) ? undefined : await this.#store.open(id);
    if (stored && this.#current.id === id) this.#put(merge(stored, this.#current));
  }

  #show(conversation: Conversation): void {
    this.#current = conversation;
  }

  #put(conversation: Conversation): void {
    const { id } = conversation;
    if (this.#open.has(id)) this.#open.set(id, conversation);
    if (id === this.#current.id) this.#current = conversation;
  }
}

/** Whether there is nothing in it worth saving. */
function isBlank({ messages, pinned }: Conversation): boolean {
  return messages.length === 0 && isNothing(pinned);
}
