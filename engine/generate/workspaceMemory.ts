import { Gate } from '../ngrams/gate.ts';
import { PRIOR } from '../ngrams/prior.ts';
import { type Hidden, TokenIndex } from '../ngrams/tokenIndex.ts';
import { lineBreaks } from '../prompt/lines.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import { Recall, type Recalled } from './recall.ts';

/** Characters encoded at once: between two of these pieces more urgent work gets its turn. */
const PIECE = 8192;

/** A document whose line breaks differ by more than this from those around the cursor is another text, or was cut. */
const MOST_CHANGED = 32;

/** Where a prompt stands in the document that it is about. */
export interface Surroundings {
  /** Line breaks before the cursor, and behind it. */
  readonly breaksBefore: number;
  readonly breaksAfter: number;
  /** Tokens on each side that the prompt shows, at most. */
  readonly shownBefore: number;
  readonly shownAfter: number;
}

export interface MemorySize {
  readonly documents: number;
  readonly tokens: number;
  readonly bytes: number;
}

/** The workspace's files as tokens of one model, and how reliable they have proved to be. */
export class WorkspaceMemory {
  readonly #tokenizer: Tokenizer;
  readonly #index = new TokenIndex();
  /** Line breaks in the text of each token, once they are wanted. */
  #breaks: Uint8Array | undefined;
  /** The first token of each line, of documents that were completed; a long one takes longer to go through than to look up. */
  readonly #lineStarts = new Map<string, readonly number[]>();
  #gate = new Gate(PRIOR);
  /** The last generation's choices, which the next one's prompt may confirm. */
  #last: { readonly prompt: readonly number[]; readonly recalled: readonly Recalled[] } = { prompt: [], recalled: [] };

  constructor(tokenizer: Tokenizer) {
    this.#tokenizer = tokenizer;
  }

  get size(): MemorySize {
    return { documents: this.#index.documents, tokens: this.#index.size, bytes: this.#index.bytes };
  }

  /**
   * Adds or updates a document.
   * @param path by which it is known, as in {@link Recall}
   * @param pause awaited between pieces
   */
  async remember(path: string, text: string, pause: () => Promise<void>): Promise<void> {
    const tokens: number[] = [];
    for (const piece of pieces(text)) {
      for (const token of this.#tokenizer.encodeContinuation(piece)) tokens.push(token);
      await pause();
    }
    this.#index.set(path, tokens);
    this.#lineStarts.delete(path);
  }

  forget(path: string): void {
    this.#index.delete(path);
    this.#lineStarts.delete(path);
  }

  /** Forgets every document and what was learned of them. */
  clear(): void {
    this.#index.clear();
    this.#lineStarts.clear();
    this.#gate = new Gate(PRIOR);
    this.#last = { prompt: [], recalled: [] };
  }

  /**
   * Begins a generation.
   * @param path of the document it is about, of which nothing is recalled that the prompt shows
   * @param around where in it; without that nothing of it is recalled
   */
  recall(prompt: readonly number[], path: string, around?: Surroundings): Recall {
    const recall = new Recall(this.#index, around ? this.#shown(path, around) : { document: path }, this.#gate);
    recall.follow(prompt);
    return recall;
  }

  /**
   * The part of a document that a prompt shows. The document is remembered as it was a moment ago, so lines added or removed since then may
   * lie on either side of the cursor; all of it is hidden where too many have changed.
   */
  #shown(document: string, { breaksBefore, breaksAfter, shownBefore, shownAfter }: Surroundings): Hidden {
    const starts = this.#startsOf(document);
    const lines = starts.length - breaksAfter - 1;
    if (Math.abs(lines - breaksBefore) > MOST_CHANGED) return { document };
    const start = starts[Math.min(lines, breaksBefore)] ?? 0;
    const end = starts[Math.max(lines, breaksBefore) + 1] ?? Number.POSITIVE_INFINITY;
    return this.#index.hide(document, start - shownBefore, end + shownAfter);
  }

  /** The first token of each line. A token with several line breaks begins several. */
  #startsOf(document: string): readonly number[] {
    const known = this.#lineStarts.get(document);
    if (known) return known;
    this.#breaks ??= Uint8Array.from(this.#tokenizer.texts, lineBreaks);
    const tokens = this.#index.tokensOf(document) ?? [];
    const starts = [0];
    for (let at = 0; at < tokens.length; at++) {
      for (let breaks = this.#breaks[tokens[at] as number] as number; breaks > 0; breaks--) starts.push(at + 1);
    }
    this.#lineStarts.set(document, starts);
    return starts;
  }

  /** Learns which of the last generation's choices were right, from a prompt that continues it. */
  learn(prompt: readonly number[]): void {
    const { prompt: before, recalled } = this.#last;
    this.#last = { prompt: [], recalled: [] };
    if (before.some((token, place) => prompt[place] !== token)) return;
    for (const [i, { token, learn }] of recalled.entries()) {
      const truth = prompt[before.length + i];
      if (truth === undefined) return;
      learn(truth);
      if (truth !== token) return;
    }
  }

  /** Ends a generation, for {@link learn}. */
  settle(prompt: readonly number[], recalled: readonly Recalled[]): void {
    this.#last = { prompt, recalled };
  }
}

/** The text in pieces that end at the ends of lines. */
function* pieces(text: string): Generator<string> {
  for (let start = 0; start < text.length; ) {
    const newline = text.length - start > PIECE ? text.indexOf('\n', start + PIECE) : -1;
    const end = newline < 0 ? text.length : newline;
    yield text.slice(start, end);
    start = end;
  }
}
