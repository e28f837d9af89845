/** The text before and after the cursor, and the text to type next. */
interface State {
  readonly prefix: string;
  readonly suffix: string;
  readonly rest: string;
}

/** Number of undo steps that are kept. */
const UNDO_STEPS = 20;

/** A document of which parts are typed again. Like an editor, it closes brackets and can undo. */
export class Page {
  readonly path: string;
  readonly #original: string;
  #state: State;
  #steps: State[] = [];

  constructor(path: string, text: string) {
    this.path = path;
    this.#original = text;
    this.#state = { prefix: '', suffix: text, rest: '' };
  }

  get prefix(): string {
    return this.#state.prefix;
  }

  get suffix(): string {
    return this.#state.suffix;
  }

  get text(): string {
    return this.prefix + this.suffix;
  }

  /** The text to type next. */
  get rest(): string {
    return this.#state.rest;
  }

  /** Restores the text from the disk. */
  revert(): void {
    this.#steps = [];
    this.#state = { prefix: '', suffix: this.#original, rest: '' };
  }

  /** Goes to the start of a line and removes this many of the characters after it, to type them again. */
  goTo(place: number, characters: number): void {
    const { text } = this;
    const line = text.lastIndexOf('\n', Math.max(0, place - 1)) + 1;
    const newline = text.indexOf('\n', line + characters);
    const end = newline < 0 ? text.length : newline;
    this.#become({ prefix: text.slice(0, line), suffix: text.slice(end), rest: text.slice(line, end) });
  }

  /**
   * Types a character, or types over one that the editor has inserted.
   * @param closes whether the editor closes brackets
   */
  type(character: string, closes: boolean): void {
    const { prefix, suffix, rest } = this.#state;
    const left = rest.startsWith(character) ? rest.slice(1) : rest;
    if (/[)\]}]/.test(character) && suffix.startsWith(character)) {
      this.#become({ prefix: prefix + character, suffix: suffix.slice(1), rest: left });
      return;
    }
    const closer = closes && /^\s/.test(suffix) ? ({ '(': ')', '[': ']', '{': '}' }[character] ?? '') : '';
    this.#become({ prefix: prefix + character, suffix: closer + suffix, rest: left });
  }

  /** Inserts a suggestion or a part of it in place of this many characters after the cursor. */
  insert(text: string, replaced: number): void {
    const { prefix, suffix, rest } = this.#state;
    const left = rest.startsWith(text) ? rest.slice(text.length) : rest;
    this.#become({ prefix: prefix + text, suffix: suffix.slice(replaced), rest: left });
  }

  /** Deletes characters before the cursor; they are to be typed again. */
  delete(count: number): void {
    const { prefix, suffix, rest } = this.#state;
    const kept = prefix.slice(0, Math.max(0, prefix.length - count));
    this.#become({ prefix: kept, suffix, rest: prefix.slice(kept.length) + rest });
  }

  /**
   * Undoes the last step.
   * @returns whether there was one
   */
  undo(): boolean {
    const before = this.#steps.pop();
    if (before) this.#state = before;
    return before !== undefined;
  }

  #become(state: State): void {
    this.#steps.push(this.#state);
    if (this.#steps.length > UNDO_STEPS) this.#steps.shift();
    this.#state = state;
  }
}
