import type { Stop } from '../sampling/stop.ts';
import { type Decoding, TokenDecoder } from './tokenDecoder.ts';

/**
 * Turns tokens into text as they come, and finds the place where the text is to end, also across tokens: what may be the beginning of
 * a stop is held back until it is known, so nothing behind the end is ever given.
 */
export class TextStream {
  readonly #decoder: TokenDecoder;
  readonly #stops: readonly Stop[];
  #lead: string;
  /** All that is decoded; its first part has been given. */
  #decoded = '';
  #text = '';
  readonly #ends: number[] = [];

  /** @param lead what the tokens begin with and the text leaves out; tokens that begin otherwise give no text */
  constructor(tokenizer: Decoding, stops: readonly Stop[], lead = '') {
    this.#decoder = new TokenDecoder(tokenizer);
    this.#stops = stops.filter((stop) => stop !== '');
    this.#lead = lead;
  }

  /** All text so far, without what is held back and what follows its end. */
  get text(): string {
    return this.#text;
  }

  /** Characters of the text up to the end of each token, once it is finished; all of it for those that go past its end. */
  get ends(): number[] {
    return this.#ends.map((end) => Math.min(end, this.#text.length));
  }

  /** Characters up to the end of the last token; some of them may be held back, or lie behind the text's end. */
  get end(): number {
    return this.#ends.at(-1) ?? 0;
  }

  /** @returns the text that is certain with this token, and whether the end was found */
  push(token: number): { piece: string; ended: boolean } {
    this.#add(this.#decoder.push(token));
    this.#ends.push(this.#lead === '' ? this.#decoded.length : 0);
    const end = this.#end();
    if (end >= 0) return { piece: this.#give(end), ended: true };
    const held = Math.max(0, ...this.#stops.map((stop) => heldBack(this.#decoded, stop)));
    return { piece: this.#give(this.#decoded.length - held), ended: false };
  }

  /** Tells that no token follows. @returns what was held back, up to a stop that is complete now */
  finish(): string {
    const end = this.#end();
    return this.#give(end >= 0 ? end : this.#decoded.length);
  }

  #add(text: string): void {
    this.#decoded += text;
    if (this.#lead === '' || !this.#decoded.startsWith(this.#lead)) return;
    this.#decoded = this.#decoded.slice(this.#lead.length);
    this.#lead = '';
  }

  /** Where the first stop begins; −1 where there is none. What has been given cannot be part of one. */
  #end(): number {
    if (this.#lead !== '') return -1;
    const from = this.#text.length;
    const found = this.#stops.map((stop) => {
      if (typeof stop === 'string') return this.#decoded.indexOf(stop, from);
      const search = new RegExp(stop.pattern, `${stop.pattern.flags}g`);
      search.lastIndex = from;
      return search.exec(this.#decoded)?.index ?? -1;
    });
    const first = Math.min(...found.filter((at) => at >= 0), Infinity);
    return first === Infinity ? -1 : first;
  }

  #give(end: number): string {
    if (this.#lead !== '' || end <= this.#text.length) return '';
    const piece = this.#decoded.slice(this.#text.length, end);
    this.#text += piece;
    return piece;
  }
}

/** Characters at the end of a text that may be the beginning of a stop. */
function heldBack(text: string, stop: Stop): number {
  if (typeof stop !== 'string') {
    const at = text.search(stop.partial);
    return at < 0 ? 0 : text.length - at;
  }
  for (let length = Math.min(stop.length - 1, text.length); length > 0; length--) {
    if (text.endsWith(stop.slice(0, length))) return length;
  }
  return 0;
}
