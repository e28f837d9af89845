import { isSameSuffix } from './agreement.ts';
import type { Place } from './context.ts';

interface Entry<T> {
  readonly place: Place;
  readonly known: T;
}

/** The cached entry at a place. */
export interface Found<T> {
  readonly known: T;
  /** Characters of its text that are typed already. */
  readonly typed: number;
}

/**
 * Suggestions by their places, the least recently used forgotten first. When the person types what
 * was suggested, the entry made before the typing still answers, with the rest of its text.
 */
export class CompletionCache<T extends { readonly text: string }> {
  readonly #capacity: number;
  /** Least recently used first. */
  #entries: Entry<T>[] = [];

  constructor(capacity = 100) {
    this.#capacity = capacity;
  }

  set({ path, prefix, suffix }: Place, known: T): void {
    this.delete({ path, prefix, suffix });
    this.#entries.push({ place: { path, prefix, suffix }, known });
    if (this.#entries.length > this.#capacity) this.#entries.shift();
  }

  /** What there is to suggest here; undefined when nothing fits or all of it has been typed. */
  get(place: Place): Found<T> | undefined {
    // Newest first, because it was made with the most recent surroundings.
    for (let i = this.#entries.length - 1; i >= 0; i--) {
      const entry = this.#entries[i] as Entry<T>;
      if (!goesOn(entry, place)) continue;
      this.#entries.splice(i, 1);
      this.#entries.push(entry);
      return { known: entry.known, typed: place.prefix.length - entry.place.prefix.length };
    }
    return undefined;
  }

  delete({ path, prefix, suffix }: Place): void {
    this.#entries = this.#entries.filter(
      ({ place }) => place.path !== path || place.prefix !== prefix || place.suffix !== suffix,
    );
  }

  clear(): void {
    this.#entries = [];
  }
}

/** Whether part of the entry's text is not typed yet, and the rest is. Cheap tests come first: a lookup happens at every keystroke. */
function goesOn({ place, known }: Entry<{ readonly text: string }>, now: Place): boolean {
  const typedLength = now.prefix.length - place.prefix.length;
  if (typedLength < 0 || typedLength >= known.text.length || now.path !== place.path) return false;
  const typed = now.prefix.slice(place.prefix.length);
  if (!known.text.startsWith(typed) || !isSameSuffix(place.suffix, now.suffix, typed)) return false;
  return now.prefix.startsWith(place.prefix);
}
