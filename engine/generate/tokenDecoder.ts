import type { Tokenizer } from '../tokenizer/tokenizer.ts';

/** What a decoder asks of a tokenizer. */
export type Decoding = Pick<Tokenizer, 'bytesOf' | 'decode'>;

/** Decodes tokens as they come. Bytes of a character are held back until it is whole; one that never is gives no text. */
export class TokenDecoder {
  readonly #tokenizer: Decoding;
  /** A byte-order mark is a character like any other. */
  readonly #characters = new TextDecoder('utf-8', { ignoreBOM: true });
  /** The last token, where its successor's text depends on it. */
  #before: readonly number[] = [];

  constructor(tokenizer: Decoding) {
    this.#tokenizer = tokenizer;
  }

  /** @returns the text that this token completes; empty amid a character */
  push(token: number): string {
    const bytes = this.#tokenizer.bytesOf(token);
    if (bytes) return this.#characters.decode(bytes, { stream: true });
    const known = this.#tokenizer.decode(this.#before);
    const added = this.#tokenizer.decode([...this.#before, token]).slice(known.length);
    this.#before = [token];
    return added;
  }
}
