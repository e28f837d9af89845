import type { MemorySize } from '../../engine/index.ts';

/** What there is to say of the memory of the workspace. */
export interface MemoryReport {
  /**
   * `off` by the setting; `forgotten` on the person's wish; `waiting` for a model; `reading` while there are documents to be looked at;
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
  /** What the engine says of it; undefined while no model is open. */
  readonly size: MemorySize | undefined;
}
