/** Length in tokens of the shortest context that is indexed. */
const SHORTEST_MATCH = 2;
/** Contexts this long have their own chain, so that common short ones do not hide them. */
const LONG_CONTEXT = 5;
/** Longest match that is compared; a longer one says no more. */
export const LONGEST_MATCH = 16;

/** Separates documents; not the number of any token. */
const GAP = -1;

/** Places where the last tokens of a context occurred before. */
export interface Matches {
  readonly count: number;
  /** Places of the context's last token; the next place holds what followed. Most recent first, long matches before short ones. */
  readonly places: Int32Array;
  /** Tokens that agree, {@link SHORTEST_MATCH} to {@link LONGEST_MATCH}. */
  readonly lengths: Uint8Array;
}

/** Places of a document, its gap among them. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/** A part of a document, as long as that keeps its text and its place. */
interface Part extends Span {
  readonly of: Span;
}

/** A document that is passed over, or the part of it that is. */
export interface Hidden {
  readonly document: string;
  readonly part?: Part;
}

/** For each place the one before whose last tokens have the same hash, and the last such place for each hash. */
class Chain {
  readonly length: number;
  #last = new Int32Array(0);
  #earlier = new Int32Array(0);

  constructor(length: number) {
    this.length = length;
  }

  reset(capacity: number, bits: number): void {
    this.#last = new Int32Array(1 << bits).fill(-1);
    this.#earlier = new Int32Array(capacity);
  }

  get bytes(): number {
    return this.#last.byteLength + this.#earlier.byteLength;
  }

  link(tokens: Int32Array, place: number): void {
    if (place + 1 < this.length) return;
    const slot = this.#slot(tokens, place);
    this.#earlier[place] = this.#last[slot] as number;
    this.#last[slot] = place;
  }

  /** The last place whose context has the hash of this one; negative when there is none. */
  start(context: ArrayLike<number>, end: number): number {
    return this.#last[this.#slot(context, end)] ?? -1;
  }

  before(place: number): number {
    return this.#earlier[place] as number;
  }

  #slot(tokens: ArrayLike<number>, end: number): number {
    let hash = 0;
    for (let i = end - this.length + 1; i <= end; i++) hash = Math.imul(hash ^ (tokens[i] as number), 0x9e3779b1) ^ (hash >>> 15);
    return (hash ^ (hash >>> 13)) & (this.#last.length - 1);
  }
}

/**
 * Tokens of many documents, and the places where any context of two tokens or more stood. Counts of n-grams of every order are read off
 * these places, so none is stored: a token costs 12 bytes and two writes, however long the contexts are that it can be found by.
 */
export class TokenIndex {
  #tokens = new Int32Array(1 << 12);
  #length = 0;
  #dead = 0;
  readonly #documents = new Map<string, Span>();
  readonly #short = new Chain(SHORTEST_MATCH);
  readonly #long = new Chain(LONG_CONTEXT);

  constructor() {
    this.#relink();
  }

  /** Tokens that can be found. */
  get size(): number {
    return this.#length - this.#dead;
  }

  get bytes(): number {
    return this.#tokens.byteLength + this.#short.bytes + this.#long.bytes;
  }

  has(document: string): boolean {
    return this.#documents.has(document);
  }

  get documents(): number {
    return this.#documents.size;
  }

  /** The tokens of a document, as long as the index stays as it is; undefined for one that is not there. */
  tokensOf(document: string): Int32Array | undefined {
    const span = this.#documents.get(document);
    return span && this.#tokens.subarray(span.start, span.end - 1);
  }

  /**
   * Tokens of a document to be passed over: from `start`, counted from 0, up to `end`; all of it once the document has another text or
   * another place.
   */
  hide(document: string, start: number, end: number): Hidden {
    const of = this.#documents.get(document);
    if (!of) return { document };
    return { document, part: { of, start: Math.max(of.start, of.start + start), end: Math.min(of.end, of.start + end) } };
  }

  /** Enters a document, or its new text; it becomes the most recent. */
  set(document: string, tokens: ArrayLike<number>): void {
    this.delete(document);
    this.#reserve(tokens.length + 1);
    const start = this.#length;
    for (let i = 0; i < tokens.length; i++) this.#append(tokens[i] as number);
    this.#append(GAP);
    this.#documents.set(document, { start, end: this.#length });
  }

  /** Appends to the document added last, for an index that holds one growing text. */
  push(token: number): void {
    this.#reserve(1);
    this.#append(token);
  }

  delete(document: string): void {
    const found = this.#documents.get(document);
    if (!found) return;
    this.#documents.delete(document);
    this.#tokens.fill(GAP, found.start, found.end);
    this.#dead += found.end - found.start;
    if (this.#dead > 4096 && this.#dead > this.#length / 3) this.#compact();
  }

  clear(): void {
    this.#documents.clear();
    this.#tokens = new Int32Array(1 << 12);
    this.#length = 0;
    this.#dead = 0;
    this.#relink();
  }

  /** The token behind a place; negative at the end of a document. */
  next(place: number): number {
    return place + 1 < this.#length ? (this.#tokens[place + 1] as number) : GAP;
  }

  /**
   * Where the end of `context` stood before.
   * @param into filled; at most as many places as it has room for, half of them of long contexts
   * @param except what is passed over
   */
  find(context: ArrayLike<number>, into: MatchBuffer, except?: Hidden): Matches {
    into.count = 0;
    const whole = except && this.#documents.get(except.document);
    const hidden = whole && except.part?.of === whole ? except.part : whole;
    const room = into.places.length;
    if (context.length >= LONG_CONTEXT) this.#walk(this.#long, context, into, room >> 1, LONGEST_MATCH, hidden);
    if (context.length >= SHORTEST_MATCH) this.#walk(this.#short, context, into, room, LONG_CONTEXT - 1, hidden);
    return into;
  }

  /** Adds the places of a chain that agree on at most `longest` tokens; the other chain has those that agree on more. */
  #walk(chain: Chain, context: ArrayLike<number>, into: MatchBuffer, room: number, longest: number, hidden?: Span): void {
    const end = context.length - 1;
    let place = chain.start(context, end);
    for (let steps = 0; place >= 0 && into.count < room && steps < 2 * room; steps++) {
      const length = this.#agreement(context, end, place);
      const isHidden = hidden !== undefined && place >= hidden.start && place < hidden.end;
      if (length >= chain.length && length <= longest && !isHidden && this.next(place) >= 0) {
        into.places[into.count] = place;
        into.lengths[into.count++] = length;
      }
      place = chain.before(place);
    }
  }

  #agreement(context: ArrayLike<number>, end: number, place: number): number {
    const most = Math.min(LONGEST_MATCH, end + 1, place + 1);
    let length = 0;
    while (length < most && this.#tokens[place - length] === context[end - length]) length++;
    return length;
  }

  #append(token: number): void {
    this.#tokens[this.#length] = token;
    this.#short.link(this.#tokens, this.#length);
    this.#long.link(this.#tokens, this.#length);
    this.#length++;
  }

  /** Makes room. The capacity is a power of two, so that an index holds no more after it was compacted than before it grew. */
  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#tokens.length) return;
    const grown = new Int32Array(2 ** Math.ceil(Math.log2(needed)));
    grown.set(this.#tokens.subarray(0, this.#length));
    this.#tokens = grown;
    this.#relink();
  }

  #compact(): void {
    const living = [...this.#documents].map(([document, { start, end }]) => ({
      document,
      tokens: this.#tokens.slice(start, end - 1),
    }));
    this.clear();
    this.#reserve(living.reduce((sum, { tokens }) => sum + tokens.length + 1, 0));
    for (const { document, tokens } of living) this.set(document, tokens);
  }

  #relink(): void {
    const capacity = this.#tokens.length;
    const bits = Math.max(10, Math.ceil(Math.log2(capacity)) - 1);
    for (const chain of [this.#short, this.#long]) {
      chain.reset(capacity, bits);
      for (let place = 0; place < this.#length; place++) chain.link(this.#tokens, place);
    }
  }
}

/** Room for matches, used again for each search. */
export class MatchBuffer implements Matches {
  count = 0;
  readonly places: Int32Array;
  readonly lengths: Uint8Array;

  constructor(most: number) {
    this.places = new Int32Array(most);
    this.lengths = new Uint8Array(most);
  }
}
