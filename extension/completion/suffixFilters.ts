import { distance } from 'fastest-levenshtein';
import { closesQuote, findUnmatchedClosers, isQuote } from './brackets.ts';
import { type CursorContext, wholeLines } from './context.ts';
import type { Filter } from './filter.ts';

/** Cuts the last line, and those before it, where they repeat the lines that follow the cursor's line. */
export const cutLinesThatFollow: Filter = (text, context) => {
  const [next] = linesBelow(context, 1);
  if (next === undefined) return text;
  const lines = text.trimEnd().split('\n');
  const whole = wholeLines(lines, context);
  const last = whole.length - 1;
  if (whole[last] === next) return lines.slice(0, last).join('\n');
  // A longer repetition counts only from a meaningful line on: a lone bracket may well occur twice.
  const from = whole.findIndex((line) => line === next && /\w{3}/.test(line));
  return from === -1 ? text : lines.slice(0, from).join('\n');
};

/**
 * Cuts the tail that already stands right of the cursor. Closing brackets are cut only while they close nothing that the
 * suggestion itself has opened: in `call(|)` the text `f(x)` needs its bracket and `x)` does not.
 */
export const cutClosersThatFollow: Filter = (text, context) => {
  const right = context.lineSuffix.trim();
  const trimmed = text.trimEnd();
  if (right === '' || !trimmed.endsWith(right)) return text;
  const kept = trimmed.slice(0, trimmed.length - right.length);
  return closesWhatItOpens(trimmed, right) ? text : kept;
};

/** Cuts several lines at the end that are the next ones of the document. */
export const cutStartOfSuffix: Filter = (text, context) => {
  const lines = text.trimEnd().split('\n');
  const whole = wholeLines(lines, context);
  const below = linesBelow(context, whole.length);
  for (let from = 0; from < whole.length - 1; from++) {
    const tail = whole.slice(from).filter((line) => line !== '');
    if (whole[from] !== '' && tail.length <= below.length && tail.every((line, i) => line === below[i])) {
      return lines.slice(0, from).join('\n');
    }
  }
  return text;
};

/** Cuts words at the end that stand right of the cursor, when more stands there than they: `a, next` before `, next)`. */
export const cutWordsThatFollow: Filter = (text, context) => {
  const right = context.lineSuffix.trimEnd();
  const trimmed = text.trimEnd();
  for (let length = Math.min(right.length - 1, trimmed.length); length >= 3; length--) {
    const piece = right.slice(0, length);
    if (!trimmed.endsWith(piece) || !/\w{3}/.test(piece)) continue;
    const kept = trimmed.slice(0, trimmed.length - length);
    const cutsWord = /\w$/.test(kept) && /^\w/.test(piece);
    if (!cutsWord && !/^\w/.test(right.slice(length))) return kept;
  }
  return text;
};

/** Cuts the quotation mark that stands right of the cursor already, when the text has not opened it itself. */
export const cutQuoteThatFollows: Filter = (text, { lineSuffix }) => {
  const [quote] = lineSuffix;
  const trimmed = text.trimEnd();
  return isQuote(quote) && trimmed.endsWith(quote) && closesQuote(trimmed, quote) ? trimmed.slice(0, -1) : text;
};

/** Drops a text that nearly equals one of the next three lines, or as many of them as it has lines itself. */
export const dropNearTwin: Filter = (text, context) => {
  const said = wholeLines(text.split('\n'), context).filter((line) => line !== '');
  const below = linesBelow(context, 3);
  const twins = said.length === 1 ? below : [below.slice(0, said.length).join('\n')];
  return twins.some((twin) => isNear(said.join('\n').trim(), twin.trim())) ? '' : text;
};

/** A longer text is generated or minified, and to compare it would take longer than to read it. */
const LONGEST_TWIN = 2_000;

/** Whether two texts differ in 5 % of their characters at most; in short texts one character would be more. */
function isNear(one: string, other: string): boolean {
  const length = Math.max(one.length, other.length);
  const most = Math.floor(length / 20);
  return most > 0 && length <= LONGEST_TWIN && Math.abs(one.length - other.length) <= most && distance(one, other) <= most;
}

/** Drops a text that only repeats the rest of the line. */
export const dropWhatRepeatsTheLine: Filter = (text, context) => {
  const right = context.lineSuffix.trim();
  return right !== '' && text.trim() === right ? '' : text;
};

/** The first lines below the cursor's line that are not blank, without trailing white space. */
function linesBelow({ suffix }: CursorContext, most: number): string[] {
  const lines = suffix.split('\n', 50).slice(1);
  return lines
    .filter((line) => line.trim() !== '')
    .slice(0, most)
    .map((line) => line.trimEnd());
}

/** Whether the tail is made of closing brackets and the text opens every bracket that it closes. */
function closesWhatItOpens(text: string, tail: string): boolean {
  if (!/^[)\]};,\s]*$/.test(tail) || !/[)\]}]/.test(tail)) return false;
  return findUnmatchedClosers(text).every(({ at }) => at < text.length - tail.length);
}
