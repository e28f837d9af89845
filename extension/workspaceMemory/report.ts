import type { MemorySize } from '../../engine/index.ts';

/** The state of the workspace memory. */
export interface MemoryReport {
  /**
   * `off` by the setting; `forgotten` by the person's command; `waiting` for a model; `reading` while there are documents to read;
   * `ready` when there are none.
   */
  readonly state: 'off' | 'forgotten' | 'waiting' | 'reading' | 'ready';
  /** Paths of the documents that are in it. */
  readonly paths: readonly string[];
  /** Their text. */
  readonly characters: number;
  /** Documents still to be looked at. */
  readonly waiting: number;
  /** Documents for which there was no room. */
  readonly leftOut: number;
  /** The engine's report; undefined while no model is open. */
  readonly size: MemorySize | undefined;
}
