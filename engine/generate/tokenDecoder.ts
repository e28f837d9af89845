import type { Tokenizer } from '../tokenizer/tokenizer.ts';

/** What decoding gives for a character whose last bytes are still to come. */
const INCOMPLETE = '\ufffd';

/** This many tokens hold the bytes of two characters; bytes that are still incomplete then never will be complete. */
const MOST_PENDING = 8;

/** Decodes tokens as they come. A token's text may depend on the one before, so it is decoded behind those of the last step. */
export class TokenDecoder {
  readonly #tokenizer: Tokenizer;
  #window: number[] = [];
  /** How many of the window's tokens have been given as text, and that text. */
  #given = 0;
  #text = '';

  constructor(tokenizer: Tokenizer) {
    this.#tokenizer = tokenizer;
  }

  /** @returns the text that this token completes; empty amid a character */
  push(token: number): string {
    this.#window.push(token);
    const text = this.#tokenizer.decode(this.#window);
    if (text.endsWith(INCOMPLETE) && this.#window.length - this.#given < MOST_PENDING) return '';
    const added = text.slice(this.#text.length);
    this.#window = this.#window.slice(this.#given);
    this.#given = this.#window.length;
    this.#text = this.#tokenizer.decode(this.#window);
    return added;
  }

  /** What is left of the tokens at their end, without the bytes of a character that never came. */
  end(): string {
    let text = this.#tokenizer.decode(this.#window).slice(this.#text.length);
    while (text.endsWith(INCOMPLETE)) text = text.slice(0, -1);
    this.#window = [];
    this.#given = 0;
    this.#text = '';
    return text;
  }
}
