/** The place of a cursor, coarse enough to decide which files are relevant. */
export interface Place {
  /** The document. */
  readonly path: string;
  /** From 0. */
  readonly line: number;
}

/** Lines the cursor can move within the same place. */
const REGION = 20;

/** Lines before and after the cursor that describe its context. */
const LINES_BEFORE = 30;
const LINES_AFTER = 10;
/** Characters of them on each side; nobody writes more in as many lines. */
const REACH = 8_000;

/** Whether a cursor is still where it was, so that what was gathered there stays as it is. */
export function isSamePlace(before: Place | undefined, now: Place): boolean {
  return before !== undefined && before.path === now.path && Math.abs(before.line - now.line) <= REGION;
}

/** The lines around a cursor. */
export interface Surroundings {
  readonly before: string;
  readonly after: string;
}

export function surroundingsOf(prefix: string, suffix: string): Surroundings {
  return {
    before: prefix.slice(-REACH).split('\n').slice(-LINES_BEFORE).join('\n'),
    after: suffix.slice(0, REACH).split('\n').slice(0, LINES_AFTER).join('\n'),
  };
}
