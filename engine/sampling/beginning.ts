import { TokenTexts } from './tokenTexts.ts';

/** Restricts the first tokens of a generation to part of the vocabulary. */
export interface Constraint {
  /** Tokens that may be chosen now; undefined for all. */
  readonly allowed: Int32Array | undefined;
  /** Whether the restriction has ended. */
  readonly isComplete: boolean;
  /** Tells that this token was chosen. */
  take(token: number): void;
}

/** Makes a generation start with a given text: only tokens that agree with what is left of it may be chosen. */
export class Beginning implements Constraint {
  readonly #texts: TokenTexts;
  #left: string;

  /**
   * @param texts what each token stands for; tokens with an empty text are never chosen
   * @param text the beginning
   */
  constructor(texts: readonly string[], text: string) {
    this.#texts = TokenTexts.of(texts);
    this.#left = text;
  }

  /** Tokens that may be chosen now; undefined once the beginning is complete, or when nothing agrees with it. */
  get allowed(): Int32Array | undefined {
    if (this.#left === '') return undefined;
    const agreeing = this.#texts.agreeingWith(this.#left);
    return agreeing.length > 0 ? agreeing : undefined;
  }

  /** Whether nothing of it is left. */
  get isComplete(): boolean {
    return this.#left === '';
  }

  /** Tells that this token was chosen. */
  take(token: number): void {
    this.#left = this.#left.slice(this.#texts.text(token).length);
  }
}
