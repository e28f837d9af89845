import { isSameSuffix } from './agreement.ts';

interface Entry<T> {
  readonly prefix: string;
  readonly suffix: string;
  readonly known: T;
}

/** What is known at a place. */
export interface Found<T> {
  readonly known: T;
  /** Characters of its text that are typed already. */
  readonly typed: number;
}

/**
 * Suggestions by the text before and after the cursor, the least recently used forgotten first. When the person types what
 * was suggested, the entry made before the typing still answers, with the rest of its text.
 */
export class CompletionCache<T extends { readonly text: string }> {
  readonly #capacity: number;
  /** Least recently used first. */
  #entries: Entry<T>[] = [];

  constructor(capacity = 100) {
    this.#capacity = capacity;
  }

  set(prefix: string, suffix: string, known: T): void {
    this.#entries = this.#entries.filter((entry) => entry.prefix !== prefix || entry.suffix !== suffix);
    this.#entries.push({ prefix, suffix, known });
    if (this.#entries.length > this.#capacity) this.#entries.shift();
  }

  /** What there is to suggest here; undefined when nothing fits or all of it has been typed. */
  get(prefix: string, suffix: string): Found<T> | undefined {
    // The newest first: it was made with the most recent surroundings.
    for (let i = this.#entries.length - 1; i >= 0; i--) {
      const entry = this.#entries[i] as Entry<T>;
      if (!goesOn(entry, prefix, suffix)) continue;
      this.#entries.splice(i, 1);
      this.#entries.push(entry);
      return { known: entry.known, typed: prefix.length - entry.prefix.length };
    }
    return undefined;
  }

  clear(): void {
    this.#entries = [];
  }
}

/** Whether part of the entry's text is not typed yet, and the rest is. Cheap tests come first: a lookup happens at every keystroke. */
function goesOn(
  { prefix: before, suffix: after, known }: Entry<{ readonly text: string }>,
  prefix: string,
  suffix: string,
): boolean {
  const typedLength = prefix.length - before.length;
  if (typedLength < 0 || typedLength >= known.text.length) return false;
  const typed = prefix.slice(before.length);
  if (!known.text.startsWith(typed) || !isSameSuffix(after, suffix, typed)) return false;
  return prefix.startsWith(before);
}
