/** Holds a generation to a given beginning: only tokens that agree with what is left of it may be chosen. */
export class Beginning {
  readonly #texts: readonly string[];
  #left: string;

  /**
   * @param texts what each token stands for; tokens with an empty text are never chosen
   * @param text the beginning
   */
  constructor(texts: readonly string[], text: string) {
    this.#texts = texts;
    this.#left = text;
  }

  /** The logits with those of all other tokens at −∞; untouched once the beginning is complete or when nothing agrees with it. */
  restrict(logits: Float32Array): Float32Array {
    if (this.#left === '') return logits;
    const restricted = logits.map((logit, token) => (this.#agrees(this.#texts[token] ?? '') ? logit : -Infinity));
    return restricted.some((logit) => logit > -Infinity) ? restricted : logits;
  }

  /** Tells that this token was chosen. */
  take(token: number): void {
    this.#left = this.#left.slice((this.#texts[token] ?? '').length);
  }

  #agrees(text: string): boolean {
    return text !== '' && (text.startsWith(this.#left) || this.#left.startsWith(text));
  }
}
