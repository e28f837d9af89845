import { attachmentText } from '../../engine/index.ts';
import type { ChatEngine } from './chatEngine.ts';
import type { Message } from './conversation.ts';
import { contentOf } from './prompt.ts';

/** An attachment as the model reads it, the same object for as long as that is the same; or a text. */
type Part = Parameters<typeof attachmentText>[0] | string;

interface Read {
  readonly id: string;
  readonly part: Part;
}

/** Stands for what is pinned, among the names of attachments. */
const PIN = 'pin';

/**
 * Tokens of attachments, by their names, and of what is pinned, counted by the present model: one after the other, so that the engine is
 * never held up by all.
 */
export class Costs {
  readonly #engine: Pick<ChatEngine, 'countTokens'>;
  readonly #onCounted: () => void;
  #tokens = new Map<string, number>();
  /** What was counted, by the names of attachments. */
  #counted = new Map<string, Part>();
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

  /** Tokens of this instruction in each message that has it; undefined while they are not counted. */
  ofPinned(text: string): number | undefined {
    return this.#counted.get(PIN) === text ? this.#tokens.get(PIN) : undefined;
  }

  /**
   * Counts a message's attachments that were not counted yet, in the form the model will read them, which depends on the message.
   * Attachments that are no longer shown are not counted.
   * @param pinned what is said with it; empty for nothing
   */
  count(message: Pick<Message, 'text' | 'attachments'>, pinned: string): void {
    const read = contentOf(message).filter((part) => part.kind === 'attachment');
    const attached = message.attachments.flatMap(({ id }, i) => (read[i] ? { id, part: read[i] } : []));
    this.#wanted = pinned === '' ? attached : [{ id: PIN, part: pinned }, ...attached];
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
        const { id, part } = next;
        const [count = 0] = await this.#engine.countTokens([typeof part === 'string' ? part : attachmentText(part)]);
        tokens.set(id, count);
        counted.set(id, part);
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
