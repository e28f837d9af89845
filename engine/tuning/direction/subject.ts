/** How the residual stream is changed behind each layer: the same as the runtime's steering. */
export interface Change {
  readonly mode: 'add' | 'project';
  readonly coefficient: number;
  /** `[layers, hidden size]` */
  readonly directions: Float32Array;
}

/** The loaded model, as far as a direction in it can be found. */
export interface Subject {
  readonly layers: number;
  readonly hiddenSize: number;
  /**
   * The residual stream behind each layer.
   * @param positions of the prompt's tokens, ascending
   * @returns `[layers, positions, hidden size]`
   */
  residuals(prompt: readonly number[], positions: readonly number[]): Promise<Float32Array>;
  /** Logits of the token after a prompt, `[vocabulary]`. Asked for many prompts with one change, then with the next. */
  logits(prompt: readonly number[], change?: Change): Promise<Float32Array>;
}

/** Two sets of prompts, as tokens, whose contrast is looked for. */
export interface Contrast {
  /** Prompts that the model refuses, or whatever the direction is to stand for. */
  readonly refused: readonly (readonly number[])[];
  /** Prompts that it answers. */
  readonly answered: readonly (readonly number[])[];
}
