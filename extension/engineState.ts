import type { GenerationStats, ModelInfo } from '../engine/index.ts';

/** What the engine is doing, as the status item tells it. */
export type EngineState =
  /** Turned off; no process runs. */
  | { readonly kind: 'off' }
  /** The process starts and opens the model, or puts another one in its place. */
  | { readonly kind: 'loading'; readonly name: string }
  | { readonly kind: 'ready'; readonly model: ModelInfo }
  | { readonly kind: 'generating'; readonly model: ModelInfo }
  /**
   * The model's memory was given back: by the person, and it is opened again when they ask for a suggestion; or for want of use, and it
   * rests: whatever is asked of it opens it again.
   */
  | { readonly kind: 'unloaded'; readonly name: string; readonly rests?: ModelInfo }
  /** The process died and is started again after a pause. */
  | { readonly kind: 'restarting'; readonly reason: string; readonly delayMs: number }
  /**
   * Stays so until the person restarts the engine or changes a setting. The reason says what, where and what to do.
   * `largestWindow` is there when memory is short: the tokens of context that would fit.
   */
  | { readonly kind: 'failed'; readonly reason: string; readonly largestWindow?: number | undefined };

/** What the last completion did, for the status item and the tests. */
export interface CompletionReport {
  readonly text: string;
  /** From the request to the answer of the engine, in milliseconds; 0 when the cache answered. */
  readonly elapsedMs: number;
  /** Other ways to go on, for who asked by hand. */
  readonly others?: readonly string[];
  /** Absent when the cache answered. */
  readonly stats?: GenerationStats;
}
