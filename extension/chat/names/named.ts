/** What a stretch of code says of names. */
export interface Named {
  /** Names that must exist for it to work: it calls them, reaches for them in something, makes or extends them. */
  readonly used: ReadonlySet<string>;
  /** All others: whatever else it does with a name may well bring it in. */
  readonly brought: ReadonlySet<string>;
  /** Headers it includes: where one of them is not known, any name may be of it. */
  readonly headers?: readonly string[];
  /** Whether any name may be of a module from elsewhere. */
  readonly isOpen?: boolean;
}
