import type { GenerationStats, ModelInfo } from '../engine/index.ts';

/** What the engine is doing, as the status item tells it. */
export type EngineState =
  /** Turned off; no process runs. */
  | { readonly kind: 'off' }
  /** The process starts and opens the model. */
  | { readonly kind: 'loading'; readonly folder: string }
  | { readonly kind: 'ready'; readonly model: ModelInfo }
  | { readonly kind: 'generating'; readonly model: ModelInfo }
  /** The process died and is started again after a pause. */
  | { readonly kind: 'restarting'; readonly reason: string; readonly delayMs: number }
  /** Stays so until the person restarts the engine or changes a setting. The reason says what, where and what to do. */
  | { readonly kind: 'failed'; readonly reason: string };

/** What the last completion did, for the status item and the tests. */
export interface CompletionReport {
  readonly text: string;
  /** From the request to the answer of the engine, in milliseconds; 0 when the cache answered. */
  readonly elapsedMs: number;
  /** Absent when the cache answered. */
  readonly stats?: GenerationStats;
}
