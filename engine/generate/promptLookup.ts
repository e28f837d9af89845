/** Tokens that may come next, from some source that is cheaper than the model. */
export interface Draft {
  readonly tokens: readonly number[];
  /** The source's estimate, for each token, that it is right if those before it are, 0–1; how reliable that is gets learned. */
  readonly chances: readonly number[];
}

/** A source of drafts. */
export interface Drafter {
  /**
   * @param tokens the timeline; within one generation each call's begins with that of the call before
   * @param most tokens of the draft, at most
   * @param isEnd whether nothing from this token on is of use
   */
  draft(tokens: readonly number[], most: number, isEnd?: (token: number) => boolean): Draft | undefined;
}

/** Longest match that is compared; a longer one says no more. */
const LONGEST = 16;

/** Earlier places that are compared, the most recent first. */
const CANDIDATES = 32;

const HASH_BITS = 14;

/** Share of drafted tokens that are right, by length of the match (measured on greedy completions of TypeScript by the default model). */
const CHANCES: readonly (readonly [length: number, chance: number])[] = [
  [13, 0.92],
  [9, 0.85],
  [6, 0.8],
  [4, 0.75],
  [3, 0.7],
  [2, 0.5],
  [1, 0.3],
];

/**
 * Prompt look-up (Saxena 2023): where the last tokens occurred before, they may go on as they did then. Code repeats itself and its
 * surroundings, so this is often right. Takes the longest match, the most recent of equals, from the whole timeline.
 *
 * The index is a table of the places where each pair of tokens occurred last, with a link from each place to the one before, and a table
 * for single tokens. A token costs two writes, a draft a few comparisons, however long the timeline is.
 */
export class PromptLookup implements Drafter {
  readonly #lastOfPair = new Int32Array(1 << HASH_BITS).fill(-1);
  readonly #lastOfOne = new Int32Array(1 << HASH_BITS).fill(-1);
  /** The place before with the same pair, for each place. */
  #earlier = new Int32Array(2048);
  #indexed = 0;

  draft(tokens: readonly number[], most: number): Draft | undefined {
    this.#index(tokens);
    const { place, length } = this.#longestMatch(tokens);
    if (place < 0 || most <= 0) return undefined;
    // A match that overlaps the end is continued as a repetition.
    const next: number[] = [];
    for (let i = place + 1; next.length < most; i++)
      next.push((i < tokens.length ? tokens[i] : next[i - tokens.length]) as number);
    const [, chance] = CHANCES.find(([least]) => length >= least) as (typeof CHANCES)[number];
    return { tokens: next, chances: next.map(() => chance) };
  }

  /** Indexes all places but the last, which would only find itself. */
  #index(tokens: readonly number[]): void {
    if (tokens.length > this.#earlier.length) {
      const grown = new Int32Array(2 * tokens.length);
      grown.set(this.#earlier);
      this.#earlier = grown;
    }
    for (; this.#indexed < tokens.length - 1; this.#indexed++) {
      const place = this.#indexed;
      const pair = hashPair(tokens, place);
      this.#earlier[place] = this.#lastOfPair[pair] as number;
      this.#lastOfPair[pair] = place;
      this.#lastOfOne[hashOne(tokens, place)] = place;
    }
  }

  /** Where the earlier occurrence ends, and how many tokens agree; tables may hold another pair's place, so tokens are compared. */
  #longestMatch(tokens: readonly number[]): { place: number; length: number } {
    const end = tokens.length - 1;
    let best = { place: -1, length: 0 };
    const compare = (place: number) => {
      let length = 0;
      while (length < LONGEST && length <= place && tokens[place - length] === tokens[end - length]) length++;
      if (length > best.length) best = { place, length };
    };
    let place = this.#lastOfPair[hashPair(tokens, end)] as number;
    for (let i = 0; i < CANDIDATES && place >= 0 && best.length < LONGEST; i++) {
      compare(place);
      place = this.#earlier[place] as number;
    }
    if (best.length === 0) {
      const one = this.#lastOfOne[hashOne(tokens, end)] as number;
      if (one >= 0) compare(one);
    }
    return best;
  }
}

function hashOne(tokens: readonly number[], place: number): number {
  return Math.imul((tokens[place] as number) + 1, 0x9e3779b1) >>> (32 - HASH_BITS);
}

function hashPair(tokens: readonly number[], place: number): number {
  const before = place > 0 ? (tokens[place - 1] as number) : -1;
  return Math.imul(Math.imul(before + 2, 0x85ebca6b) ^ ((tokens[place] as number) + 1), 0x9e3779b1) >>> (32 - HASH_BITS);
}
