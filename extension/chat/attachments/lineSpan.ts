/** A stretch of a document: lines and columns from 0. */
export interface Span {
  readonly start: { readonly line: number; readonly character: number };
  readonly end: { readonly line: number; readonly character: number };
}

/** A path with the lines that are meant, from 1. A stretch that ends before the first character of a line does not include that line. */
export function labelOf(path: string, { start, end }: Span): string {
  const last = end.character === 0 && end.line > start.line ? end.line - 1 : end.line;
  return last === start.line ? `${path}:${start.line + 1}` : `${path}:${start.line + 1}–${last + 1}`;
}
