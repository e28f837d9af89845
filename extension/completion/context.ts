/** How a document is indented. */
export interface IndentStyle {
  /** By spaces, else by tabs. */
  readonly spaces: boolean;
  /** Columns of one step. */
  readonly size: number;
}

/** Where a suggestion goes. The same text in another document is another place: it may be of another language. */
export interface Place {
  /** The document, by the path that the engine knows. */
  readonly path: string;
  /** Everything before the cursor. */
  readonly prefix: string;
  /** Everything after the cursor. */
  readonly suffix: string;
}

/** A place, cut where the rules of completion look at it. Free of `vscode`, so that every rule can be tested. */
export interface CursorContext extends Place {
  /** The cursor's line up to the cursor. */
  readonly linePrefix: string;
  /** The cursor's line from the cursor on, without its line break. */
  readonly lineSuffix: string;
  readonly languageId: string;
  /** How the editor indents the document, where that is known. */
  readonly indent?: IndentStyle | undefined;
}

/** Characters on one side of the cursor that are kept at least, and the step in which the rest of a huge document is left out. */
const REACH = 100_000;
const STEP = 50_000;

/**
 * How many characters on one side of the cursor are left out, farthest from it: in steps, because an edge that moved with every keystroke
 * would leave the engine and the cache nothing to reuse.
 */
export function charactersLeftOut(characters: number): number {
  return Math.max(0, Math.floor((characters - REACH) / STEP) * STEP);
}

export function cursorContext(place: Place, languageId: string, indent?: IndentStyle): CursorContext {
  const { path, prefix, suffix } = place;
  const linePrefix = prefix.slice(prefix.lastIndexOf('\n') + 1);
  const lineSuffix = /^[^\r\n]*/.exec(suffix)?.[0] ?? '';
  return { path, prefix, suffix, linePrefix, lineSuffix, languageId, indent };
}

/** The lines of a text as they would be in the document at the cursor, without trailing white space: the first continues what is typed. */
export function wholeLines(lines: readonly string[], { linePrefix }: CursorContext): string[] {
  return lines.map((line, i) => (i === 0 ? linePrefix + line : line).trimEnd());
}

/** The white space a line begins with. */
export function indentation(line: string): string {
  return /^[ \t]*/.exec(line)?.[0] ?? '';
}
