import { isSameSuffix } from './agreement.ts';

interface Entry {
  readonly prefix: string;
  readonly suffix: string;
  readonly text: string;
}

/**
 * Suggestions by the text before and after the cursor, the least recently used forgotten first. When the person types what
 * was suggested, the entry made before the typing still answers, with the rest of its text.
 */
export class CompletionCache {
  readonly #capacity: number;
  /** Least recently used first. */
  #entries: Entry[] = [];

  constructor(capacity = 100) {
    this.#capacity = capacity;
  }

  set(prefix: string, suffix: string, text: string): void {
    this.#entries = this.#entries.filter((entry) => entry.prefix !== prefix || entry.suffix !== suffix);
    this.#entries.push({ prefix, suffix, text });
    if (this.#entries.length > this.#capacity) this.#entries.shift();
  }

  /** What is left to suggest here; undefined when nothing fits or all of it has been typed. */
  get(prefix: string, suffix: string): string | undefined {
    // The newest first: it was made with the most recent surroundings.
    for (let i = this.#entries.length - 1; i >= 0; i--) {
      const entry = this.#entries[i] as Entry;
      const rest = remaining(entry, prefix, suffix);
      if (!rest) continue;
      this.#entries.splice(i, 1);
      this.#entries.push(entry);
      return rest;
    }
    return undefined;
  }

  clear(): void {
    this.#entries = [];
  }
}

/** The part of the entry's text that is not typed yet, or undefined. Cheap tests come first: a lookup happens at every keystroke. */
function remaining(entry: Entry, prefix: string, suffix: string): string | undefined {
  const typedLength = prefix.length - entry.prefix.length;
  if (typedLength < 0 || typedLength > entry.text.length) return undefined;
  const typed = prefix.slice(entry.prefix.length);
  if (!entry.text.startsWith(typed) || !isSameSuffix(entry.suffix, suffix, typed)) return undefined;
  return prefix.startsWith(entry.prefix) ? entry.text.slice(typedLength) : undefined;
}
