import type { GenerationStats } from '../../engine/index.ts';

/** Why nothing was suggested, as a code for the log. */
export type SilenceReason =
  | 'disabled'
  | 'language-disabled'
  | 'excluded'
  | 'only-by-hand'
  | 'several-cursors'
  | 'word-right-of-cursor'
  | 'after-deleting'
  | 'empty-document'
  | 'in-comment'
  | 'engine-failed'
  | 'model-unloaded'
  | 'engine-gone'
  | 'typed-on'
  | 'model-silent'
  | 'leaves-block'
  | 'repeats-itself'
  | 'repeats-document'
  | 'too-short'
  | 'unlikely'
  | 'error';

/** A request that showed nothing, with what it took until then. */
export interface Silence {
  readonly silence: SilenceReason;
  /** From the request to the answer of the engine, in milliseconds. */
  readonly elapsedMs?: number;
  readonly stats?: GenerationStats;
}

/** A silence as remembered: when and where, but none of the code. */
export interface SilenceRecord extends Silence {
  readonly at: Date;
  readonly languageId: string;
  /** From 1, as the editor counts. */
  readonly line: number;
  readonly column: number;
  /** Whether the person had asked. */
  readonly manual: boolean;
}

/** The last silences, the latest first. */
export class Silences {
  readonly #capacity: number;
  #records: readonly SilenceRecord[] = [];

  constructor(capacity = 50) {
    this.#capacity = capacity;
  }

  add(record: SilenceRecord): void {
    this.#records = [record, ...this.#records].slice(0, this.#capacity);
  }

  get latestFirst(): readonly SilenceRecord[] {
    return this.#records;
  }
}
