import { type IndentStyle, indentation } from './context.ts';
import type { Filter } from './filter.ts';

/** Converts a suggestion's lines to the indentation of the document: the model may have learned another. */
export const matchIndentation: Filter = (text, { indent, linePrefix }) => {
  if (!indent) return text;
  const lines = text.split('\n');
  const step = stepOf(lines) ?? indent.size;
  const first = linePrefix.trim() === '' ? 0 : 1;
  return lines.map((line, i) => (i < first ? line : reindented(line, indent, step))).join('\n');
};

function reindented(line: string, { spaces, size }: IndentStyle, step: number): string {
  const white = indentation(line);
  const rest = line.slice(white.length);
  if (spaces) return white.replaceAll('\t', ' '.repeat(size)) + rest;
  // Less than a step is alignment, as in JSDoc comments.
  return white.replaceAll(' '.repeat(step), '\t') + rest;
}

/** The least indentation by spaces that occurs, which is one step of the model's. */
function stepOf(lines: readonly string[]): number | undefined {
  const widths = lines.map((line) => /^ {2,8}(?=[^\s*])/.exec(line)?.[0].length ?? Number.POSITIVE_INFINITY);
  const least = Math.min(...widths);
  return Number.isFinite(least) ? least : undefined;
}
