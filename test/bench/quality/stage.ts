/** A way to complete: what of the person's code the engine is told. */
export interface Stage {
  readonly name: string;
  readonly suffix: boolean;
  /** Whether the word before the cursor is taken back. */
  readonly healing: boolean;
  /** Whether parts of other files are told. */
  readonly related: boolean;
  readonly memory: boolean;
  /** Whether tokens are drafted and verified together. */
  readonly drafts: boolean;
  /** Whether only that counts which would be shown while typing. */
  readonly filter: boolean;
}
