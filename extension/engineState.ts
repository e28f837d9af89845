import type { GenerationStats, ModelInfo } from '../engine/index.ts';

/** What the engine is doing, for the status item. */
export type EngineState =
  /** Turned off; no process runs. */
  | { readonly kind: 'off' }
  /** The process is starting and opening the model, or replacing it. */
  | { readonly kind: 'loading'; readonly name: string }
  | { readonly kind: 'ready'; readonly model: ModelInfo }
  | { readonly kind: 'generating'; readonly model: ModelInfo }
  /**
   * The model's memory was freed: by the person, in which case it is opened again when they ask for a suggestion; or for lack of use, in
   * which case it rests and any request opens it again.
   */
  | { readonly kind: 'unloaded'; readonly name: string; readonly rests?: ModelInfo }
  /** The process died and will be restarted after a pause. */
  | { readonly kind: 'restarting'; readonly reason: string; readonly delayMs: number }
  /**
   * Lasts until the person restarts the engine or changes a setting. The reason says what, where and what to do. `largestWindow` is
   * present if memory is short: the tokens of context that would fit.
   */
  | { readonly kind: 'failed'; readonly reason: string; readonly largestWindow?: number | undefined };

/** What the last completion did, for the status item and the tests. */
export interface CompletionReport {
  readonly text: string;
  /** From the request to the answer of the engine, in milliseconds; 0 when the cache answered. */
  readonly elapsedMs: number;
  /** Alternatives, if asked by hand. */
  readonly others?: readonly string[];
  /** Absent when the cache answered. */
  readonly stats?: GenerationStats;
}
