/** A stretch to type again, and the existing text around it. */
export interface Stretch {
  readonly path: string;
  readonly before: string;
  readonly text: string;
  readonly after: string;
}

/** A bracket that the editor closed automatically: its place in the stretch, and the closing text after the cursor until it is reached. */
interface Closer {
  readonly place: number;
  text: string;
}

const CLOSERS: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/**
 * A document in which a stretch is typed, with an editor's automatic actions: it closes brackets, types over closing brackets, and indents
 * new lines.
 */
export class Desk {
  readonly #stretch: Stretch;
  /** The innermost is last. */
  readonly #closers: Closer[] = [];
  #at = 0;

  constructor(stretch: Stretch) {
    this.#stretch = stretch;
  }

  get prefix(): string {
    return this.#stretch.before + this.#stretch.text.slice(0, this.#at);
  }

  get suffix(): string {
    return this.#closers.map(({ text }) => text).reduce((all, text) => text + all, '') + this.#stretch.after;
  }

  /** The text that is still to be typed. */
  get rest(): string {
    return this.#stretch.text.slice(this.#at);
  }

  /** Presses the next key. */
  press(): void {
    const closer = this.#closers.at(-1);
    if (closer && (closer.place === this.#at || this.#stretch.text.slice(this.#at, closer.place + 1) === closer.text)) {
      this.#goTo(closer.place + 1);
    } else if (this.rest.startsWith('\n')) {
      this.#breakLine(closer);
    } else {
      this.#type(this.rest[0] ?? '');
    }
  }

  /** Accepts a suggestion that is right, or the part that is right. */
  take(text: string): void {
    this.#goTo(this.#at + text.length);
  }

  #type(character: string): void {
    const bracket = CLOSERS[character];
    const place = bracket === undefined || !/^(?:$|[\s)\]}])/.test(this.suffix) ? -1 : this.#placeOfCloser();
    this.#goTo(this.#at + 1);
    if (bracket !== undefined && place >= 0) this.#closers.push({ place, text: bracket });
  }

  #breakLine(closer: Closer | undefined): void {
    const { prefix, rest } = this;
    if (closer?.text.length === 1 && CLOSERS[prefix.at(-1) ?? ''] === closer.text) {
      const indent = /^[ \t]*/.exec(prefix.slice(prefix.lastIndexOf('\n') + 1))?.[0] ?? '';
      closer.text = `\n${indent}${closer.text}`;
    }
    this.#goTo(this.#at + (/^\n[ \t]*/.exec(rest)?.[0].length ?? 1));
  }

  /**
   * Where the bracket at the cursor is closed; negative if it is not closed in the stretch, in which case the person would delete the
   * automatic one.
   */
  #placeOfCloser(): number {
    let depth = 0;
    for (let place = this.#at; place < this.#stretch.text.length; place++) {
      const character = this.#stretch.text[place] as string;
      if (/[([{]/.test(character)) depth++;
      if (/[)\]}]/.test(character) && --depth === 0) return place;
    }
    return -1;
  }

  #goTo(place: number): void {
    this.#at = place;
    while ((this.#closers.at(-1)?.place ?? place) < place) this.#closers.pop();
  }
}
