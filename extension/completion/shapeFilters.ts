import { findUnmatchedClosers, unmatchedClosers } from './brackets.ts';
import { indentation } from './context.ts';
import type { Filter } from './filter.ts';
import { opensBlock } from './multiline.ts';

const CLOSER = /^\s*[)\]}]/;

/** Characters of the cursor's line, and of the text below it, that are searched for brackets. */
const REACH = 2_000;

/**
 * Stops where the text leaves the block the cursor is in: before a line indented less, after the line that closes a block
 * opened on the cursor's line, and at a blank line when what follows it is no deeper.
 */
export const stopAtBlockEnd: Filter = (text, context) => {
  const lines = text.split('\n');
  const base = indentation(context.linePrefix === '' ? (lines[0] ?? '') : context.linePrefix).length;
  const opened = opensBlock((context.linePrefix + (lines[0] ?? '')).trim(), context.languageId);
  for (let i = 1; i < lines.length; i++) {
    const line = lines[i] as string;
    if (line.trim() === '') continue;
    const depth = indentation(line).length;
    if (depth > base) continue;
    const closes = CLOSER.test(line);
    const before = i === 1 ? context.linePrefix + lines[0] : lines[i - 1];
    const afterBlank = before?.trim() === '';
    if (depth < base || afterBlank) return lines.slice(0, i).join('\n');
    if (opened) return lines.slice(0, closes ? i + 1 : i).join('\n');
  }
  return text;
};

/**
 * Stops before a bracket that closes what neither the suggestion nor the cursor's line has opened: on a line of its own always, for that
 * leaves the block; on the cursor's line where the document closes the same bracket below.
 */
export const stopAtForeignBracket: Filter = (text, { linePrefix, lineSuffix, suffix }) => {
  const before = linePrefix.slice(-REACH);
  const foreign = findUnmatchedClosers(before + text).map(({ bracket, at }) => ({ bracket, at: at - before.length }));
  const below = unmatchedClosers(suffix.slice(lineSuffix.length, lineSuffix.length + REACH));
  for (const [i, { bracket, at }] of foreign.filter((closer) => closer.at >= 0).entries()) {
    const lineStart = text.lastIndexOf('\n', at);
    if (lineStart !== -1) return text.slice(0, lineStart);
    if (below[i] === bracket && !lineSuffix.includes(bracket)) return text.slice(0, at);
  }
  return text;
};

/** Half a last line is dropped when whole lines stand before it. */
export const cutUnfinishedLine: Filter = (text, _context, draft) => {
  const whole = text.slice(0, Math.max(0, text.lastIndexOf('\n')));
  return draft.cutShort && whole.trim() !== '' ? whole : text;
};

/** White space at the end goes, but for the line break that keeps the rest of the cursor's line on a line of its own. */
export const cutTrailingSpace: Filter = (text, context) => {
  const end = context.lineSuffix.trim() === '' ? '' : (/\n[ \t]*$/.exec(text)?.[0] ?? '');
  return text.trimEnd() + end;
};
