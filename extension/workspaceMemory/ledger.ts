import { createHash } from 'node:crypto';

/** Characters and lines remembered in all, at most: about 100 000 lines of code with room to spare. */
export const MOST_CHARACTERS = 6_000_000;
export const MOST_LINES = 150_000;

export interface Budget {
  readonly characters: number;
  readonly lines: number;
}

interface Entry extends Budget {
  readonly hash: string;
  /** Whether the person has it open or works on it, so that it is not dropped for others. */
  readonly near: boolean;
}

export interface Entered {
  /** `same`: it is already in the memory; `full`: there is no room for it. */
  readonly outcome: 'same' | 'entered' | 'full';
  /** What had to be removed: others to make room, or the document's old text, if the new one no longer fits. */
  readonly gone: readonly string[];
}

/** The books of the memory: which documents are in it, in which version, and how much room they take. */
export class Ledger {
  readonly #budget: Budget;
  readonly #entries = new Map<string, Entry>();
  #characters = 0;
  #lines = 0;

  constructor(budget: Budget = { characters: MOST_CHARACTERS, lines: MOST_LINES }) {
    this.#budget = budget;
  }

  get size(): number {
    return this.#entries.size;
  }

  get characters(): number {
    return this.#characters;
  }

  get paths(): string[] {
    return [...this.#entries.keys()];
  }

  has(path: string): boolean {
    return this.#entries.has(path);
  }

  /**
   * Enters a document or its new text.
   * @param near whether others that are not near give way to it, the last entered first
   */
  enter(path: string, text: string, near: boolean): Entered {
    const hash = createHash('sha1').update(text).digest('base64');
    const before = this.#entries.get(path);
    const entry = { hash, near: near || (before?.near ?? false), characters: text.length, lines: linesOf(text) };
    if (before?.hash === hash) {
      this.#entries.set(path, entry);
      return { outcome: 'same', gone: [] };
    }
    const gone: string[] = [];
    const others = entry.near ? this.#farthest(path) : [];
    while (!this.#hasRoom(entry, before)) {
      const other = others.pop() ?? path;
      if (this.delete(other)) gone.push(other);
      if (other === path) return { outcome: 'full', gone };
    }
    this.#characters += entry.characters - (before?.characters ?? 0);
    this.#lines += entry.lines - (before?.lines ?? 0);
    this.#entries.set(path, entry);
    return { outcome: 'entered', gone };
  }

  /** @returns whether it was there */
  delete(path: string): boolean {
    const entry = this.#entries.get(path);
    if (!entry) return false;
    this.#characters -= entry.characters;
    this.#lines -= entry.lines;
    return this.#entries.delete(path);
  }

  clear(): void {
    this.#entries.clear();
    this.#characters = 0;
    this.#lines = 0;
  }

  #hasRoom({ characters, lines }: Budget, before: Budget | undefined): boolean {
    return (
      this.#characters - (before?.characters ?? 0) + characters <= this.#budget.characters &&
      this.#lines - (before?.lines ?? 0) + lines <= this.#budget.lines
    );
  }

  /** The documents that may be dropped for another; the last of them is dropped first. */
  #farthest(path: string): string[] {
    return [...this.#entries].filter(([other, { near }]) => !near && other !== path).map(([other]) => other);
  }
}

function linesOf(text: string): number {
  let lines = 1;
  for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) lines++;
  return lines;
}
