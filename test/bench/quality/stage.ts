/** A way to complete: which parts of the person's code the engine is told. */
export interface Stage {
  readonly name: string;
  readonly suffix: boolean;
  /** Whether token healing is used. */
  readonly healing: boolean;
  /** Whether parts of other files are included. */
  readonly related: boolean;
  readonly memory: boolean;
  /** Whether tokens are drafted and verified together. */
  readonly drafts: boolean;
  /** Whether only suggestions count that would be shown while typing. */
  readonly filter: boolean;
}
