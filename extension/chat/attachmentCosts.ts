import { attachmentText } from '../../engine/index.ts';
import type { ChatEngine } from './chatEngine.ts';
import type { Message } from './conversation.ts';
import { contentOf } from './prompt.ts';

/** An attachment as the model reads it; the same object for as long as that is the same. */
interface Read {
  readonly id: string;
  readonly part: AttachedPart;
}

type AttachedPart = Parameters<typeof attachmentText>[0];

/** Tokens of attachments, by their names, counted by the present model: one after the other, so that the engine is never held up by all. */
export class AttachmentCosts {
  readonly #engine: Pick<ChatEngine, 'countTokens'>;
  readonly #onCounted: () => void;
  #tokens = new Map<string, number>();
  /** What was counted, by the names of attachments. */
  #counted = new Map<string, AttachedPart>();
  #wanted: readonly Read[] = [];
  #isCounting = false;

  /** @param onCounted told of each */
  constructor(engine: Pick<ChatEngine, 'countTokens'>, onCounted: () => void) {
    this.#engine = engine;
    this.#onCounted = onCounted;
  }

  get tokens(): ReadonlyMap<string, number> {
    return this.#tokens;
  }

  /**
   * Counts a message's attachments that were not counted yet, in the form the model will read them, which depends on the message.
   * Attachments that are no longer shown are not counted.
   */
  count(message: Pick<Message, 'text' | 'attachments'>): void {
    const read = contentOf(message).filter((part) => part.kind === 'attachment');
    this.#wanted = message.attachments.flatMap(({ id }, i) => (read[i] ? { id, part: read[i] } : []));
    if (!this.#isCounting) void this.#count();
  }

  /** Another model counts otherwise. */
  clear(): void {
    this.#tokens = new Map();
    this.#counted = new Map();
  }

  async #count(): Promise<void> {
    this.#isCounting = true;
    try {
      for (let next = this.#next(); next; next = this.#next()) {
        const [tokens, counted] = [this.#tokens, this.#counted];
        const [count = 0] = await this.#engine.countTokens([attachmentText(next.part)]);
        tokens.set(next.id, count);
        counted.set(next.id, next.part);
        if (tokens === this.#tokens) this.#onCounted();
      }
    } catch {
      // Without a model nothing has a cost; counting is retried when there is one.
    } finally {
      this.#isCounting = false;
    }
  }

  #next(): Read | undefined {
    return this.#wanted.find(({ id, part }) => this.#counted.get(id) !== part);
  }
}
