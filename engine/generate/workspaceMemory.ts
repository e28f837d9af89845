import { Gate } from '../ngrams/gate.ts';
import { PRIOR } from '../ngrams/prior.ts';
import { TokenIndex } from '../ngrams/tokenIndex.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import { Recall, type Recalled } from './recall.ts';

/** Characters encoded at once: between two of these pieces more urgent work gets its turn. */
const PIECE = 8192;

export interface MemorySize {
  readonly documents: number;
  readonly tokens: number;
  readonly bytes: number;
}

/** The workspace's files as tokens of one model, and how reliable they have proved to be. */
export class WorkspaceMemory {
  readonly #tokenizer: Tokenizer;
  readonly #index = new TokenIndex();
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
  }

  forget(path: string): void {
    this.#index.delete(path);
  }

  /** Forgets every document and what was learned of them. */
  clear(): void {
    this.#index.clear();
    this.#gate = new Gate(PRIOR);
    this.#last = { prompt: [], recalled: [] };
  }

  /**
   * Begins a generation.
   * @param path of the document it is about
   */
  recall(prompt: readonly number[], path: string): Recall {
    const recall = new Recall(this.#index, path, this.#gate);
    recall.follow(prompt);
    return recall;
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
