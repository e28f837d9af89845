import type { ChatEngine } from './chatEngine.ts';
import type { Attachment } from './conversation.ts';

/** Tokens of attachments, by their names, counted by the present model. */
export class AttachmentCosts {
  readonly #engine: ChatEngine;
  readonly #onCounted: () => void;
  #tokens = new Map<string, number>();
  #asked = new Set<string>();

  constructor(engine: ChatEngine, onCounted: () => void) {
    this.#engine = engine;
    this.#onCounted = onCounted;
  }

  get tokens(): ReadonlyMap<string, number> {
    return this.#tokens;
  }

  /** Counts those that were not counted yet. */
  count(attachments: readonly Attachment[]): void {
    const fresh = attachments.filter(({ id }) => !this.#asked.has(id));
    if (fresh.length > 0) void this.#count(fresh);
  }

  /** Another model counts otherwise. */
  clear(): void {
    this.#tokens = new Map();
    this.#asked = new Set();
  }

  async #count(attachments: readonly Attachment[]): Promise<void> {
    const [tokens, asked] = [this.#tokens, this.#asked];
    for (const { id } of attachments) asked.add(id);
    try {
      const texts = attachments.map(({ label, language, text }) => `${label}:\n\`\`\`${language}\n${text}\n\`\`\``);
      const counts = await this.#engine.countTokens(texts);
      for (const [i, { id }] of attachments.entries()) tokens.set(id, counts[i] ?? 0);
      this.#onCounted();
    } catch {
      // Without a model nothing has a cost; it is asked again when there is one.
      for (const { id } of attachments) asked.delete(id);
    }
  }
}
