import { blockAround, type DeclaredSymbol, declarationsOf, indentOf, paragraphAt } from '../code/blocks.ts';
import { type Lines, linesOf } from '../code/change.ts';

/** The editor's state: lines count from 0, columns in UTF-16 units. */
export interface Before {
  readonly text: string;
  readonly start: { readonly line: number; readonly column: number };
  readonly end: { readonly line: number; readonly column: number };
  /** What the language server knows; empty where there is none. */
  readonly symbols: readonly DeclaredSymbol[];
}

/** Code that is given to the model. */
export interface Given {
  readonly lines: Lines;
  readonly text: string;
}

/**
 * The code that a command is about: what is selected, in whole lines as far as nothing but white space is beside it; else the declaration
 * at the cursor, with its comments; else the lines around the cursor.
 * @returns undefined where there is none
 */
export function givenCode({ text, start, end, symbols }: Before): Given | undefined {
  const lines = linesOf(text);
  const whole = ({ start: first, end: behind }: Lines): Given => ({
    lines: { start: first, end: behind },
    text: lines.slice(first, behind).join('\n'),
  });
  if (start.line === end.line && start.column === end.column) {
    const { known, byForm } = declarationsOf(symbols, lines);
    const block = blockAround(known, start.line) ?? blockAround(byForm, start.line);
    const found = block ? { start: block.top, end: block.end } : paragraphAt(lines, start.line);
    return found && whole(found);
  }
  const first = lines[start.line] ?? '';
  const last = lines[end.line] ?? '';
  // A selection of whole lines ends at the beginning of the next.
  const behind = end.column === 0 && end.line > start.line ? end.line : end.line + 1;
  const selected = { start: start.line, end: behind };
  const isWhole = start.column <= indentOf(first).length && (behind === end.line || last.slice(end.column).trim() === '');
  const given = isWhole ? whole(selected) : { lines: selected, text: cut(lines, start, end) };
  return given.text.trim() === '' ? undefined : given;
}

function cut(lines: readonly string[], start: Before['start'], end: Before['end']): string {
  return lines
    .slice(start.line, end.line + 1)
    .map((line, at) => line.slice(at === 0 ? start.column : 0, at === end.line - start.line ? end.column : undefined))
    .join('\n');
}
