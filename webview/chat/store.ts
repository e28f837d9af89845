import type { ChatUpdate, ChatView } from '../protocol/chat.ts';
import type { ShownMessage } from '../protocol/chatMessages.ts';

type Listener = () => void;

/** What the panel was sent: the last view, and the pieces of answers that came after it. */
export class ChatStore {
  #view: ChatView | undefined;
  readonly #pieces = new Map<string, string>();
  /** Text for the field that nobody has taken yet. */
  #draft: string | undefined;
  readonly #listeners = {
    view: new Set<Listener>(),
    piece: new Set<Listener>(),
    draft: new Set<(text: string) => void>(),
    begun: new Set<Listener>(),
  };

  get view(): ChatView | undefined {
    return this.#view;
  }

  apply(update: ChatUpdate): void {
    switch (update.kind) {
      case 'view':
        // The view includes the pieces that were sent before it.
        this.#pieces.clear();
        this.#view = update;
        for (const listener of this.#listeners.view) listener();
        break;
      case 'piece':
        this.#pieces.set(update.message, (this.#pieces.get(update.message) ?? '') + update.text);
        for (const listener of this.#listeners.piece) listener();
        break;
      case 'gauge':
        if (!this.#view) break;
        this.#view = { ...this.#view, gauge: update.gauge, attachments: update.attachments, pinCost: update.pinCost };
        for (const listener of this.#listeners.view) listener();
        break;
      case 'draft':
        // The field may not be there yet.
        if (this.#listeners.draft.size === 0) this.#draft = update.text;
        for (const listener of this.#listeners.draft) listener(update.text);
        break;
      case 'begun':
        for (const listener of this.#listeners.begun) listener();
    }
  }

  /** The text of a message up to now. */
  textOf({ id, text }: ShownMessage): string {
    return text + (this.#pieces.get(id) ?? '');
  }

  /** @returns what ends listening, as of those below */
  onView(listener: Listener): () => void {
    return listen(this.#listeners.view, listener);
  }

  onPiece(listener: Listener): () => void {
    return listen(this.#listeners.piece, listener);
  }

  onBegun(listener: Listener): () => void {
    return listen(this.#listeners.begun, listener);
  }

  onDraft(listener: (text: string) => void): () => void {
    if (this.#draft !== undefined) listener(this.#draft);
    this.#draft = undefined;
    return listen(this.#listeners.draft, listener);
  }
}

function listen<T>(listeners: Set<T>, listener: T): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
