import type { ChatEngine } from './chatEngine.ts';
import type { Attachment } from './conversation.ts';

/** Tokens of attachments, by their names, counted by the present model: one after the other, so that the engine is never held up by all. */
export class AttachmentCosts {
  readonly #engine: Pick<ChatEngine, 'countTokens'>;
  readonly #onCounted: () => void;
  #tokens = new Map<string, number>();
  #wanted: readonly Attachment[] = [];
  #isCounting = false;

  /** @param onCounted told of each */
  constructor(engine: Pick<ChatEngine, 'countTokens'>, onCounted: () => void) {
    this.#engine = engine;
    this.#onCounted = onCounted;
  }

  get tokens(): ReadonlyMap<string, number> {
    return this.#tokens;
  }

  /** Counts those that were not counted yet; others, which nobody sees any longer, are not. */
  count(attachments: readonly Attachment[]): void {
    this.#wanted = attachments;
    if (!this.#isCounting) void this.#count();
  }

  /** Another model counts otherwise. */
  clear(): void {
    this.#tokens = new Map();
  }

  async #count(): Promise<void> {
    this.#isCounting = true;
    try {
      for (let next = this.#next(); next; next = this.#next()) {
        const tokens = this.#tokens;
        const [count = 0] = await this.#engine.countTokens([`${next.label}:\n\`\`\`${next.language}\n${next.text}\n\`\`\``]);
        tokens.set(next.id, count);
        if (tokens === this.#tokens) this.#onCounted();
      }
    } catch {
      // Without a model nothing has a cost; it is asked again when there is one.
    } finally {
      this.#isCounting = false;
    }
  }

  #next(): Attachment | undefined {
    return this.#wanted.find(({ id }) => !this.#tokens.has(id));
  }
}
