import type { Tokenizer } from '../tokenizer/tokenizer.ts';

/** What the byte fallback gives for a character whose last bytes are still to come. */
const INCOMPLETE = '\ufffd';

/** Turns tokens into text as they come, and finds the place where the text is to end. */
export class TextStream {
  readonly #tokenizer: Tokenizer;
  readonly #end: RegExp | undefined;
  readonly #lead: string;
  readonly #tokens: number[] = [];
  #text = '';

  /**
   * @param end the text stops before the first match; undefined for none
   * @param lead what the tokens begin with and the text leaves out
   */
  constructor(tokenizer: Tokenizer, end: RegExp | undefined, lead = '') {
    this.#tokenizer = tokenizer;
    this.#end = end;
    this.#lead = lead;
  }

  /** All text so far, without what follows its end. */
  get text(): string {
    return this.#text;
  }

  /** @returns the text that this token adds, and whether the end was found */
  push(token: number): { piece: string; ended: boolean } {
    this.#tokens.push(token);
    const decoded = this.#tokenizer.decode(this.#tokens);
    let text = decoded.startsWith(this.#lead) ? decoded.slice(this.#lead.length) : '';
    while (text.endsWith(INCOMPLETE)) text = text.slice(0, -1);
    const end = this.#end ? text.search(this.#end) : -1;
    if (end >= 0) text = text.slice(0, end);
    const piece = text.slice(this.#text.length);
    this.#text = text.length > this.#text.length ? text : this.#text;
    return { piece, ended: end >= 0 };
  }
}
