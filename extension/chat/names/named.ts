/** The names in a stretch of code. */
export interface Named {
  /** Names that must exist for it to work: it calls, accesses, instantiates or extends them. */
  readonly used: ReadonlySet<string>;
  /** All other names, any of which may be declared here. */
  readonly brought: ReadonlySet<string>;
  /** Headers it includes: if one of them is unknown, any name may come from it. */
  readonly headers?: readonly string[];
  /** Whether any name may come from a module elsewhere. */
  readonly isOpen?: boolean;
}
