import { unmatchedClosers } from './brackets.ts';
import type { Filter } from './filter.ts';

/** Cuts the last line, and those before it, where they repeat the lines that follow the cursor's line. */
export const cutLinesThatFollow: Filter = (text, context) => {
  const next = followingLine(context.suffix);
  if (next === undefined) return text;
  const lines = text.trimEnd().split('\n');
  // The first line continues what is typed; compared as the document would hold it.
  const whole = lines.map((line, i) => (i === 0 ? context.linePrefix + line : line).trimEnd());
  const last = whole.length - 1;
  if (whole[last] === next) return lines.slice(0, last).join('\n');
  // A longer repetition counts only from a line that says something: a lone bracket may well occur twice.
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

/** Nothing is left when the text only says what the rest of the line says already. */
export const dropWhatRepeatsTheLine: Filter = (text, context) => {
  const right = context.lineSuffix.trim();
  return right !== '' && text.trim() === right ? '' : text;
};

/** The next line below the cursor's line that is not blank, without trailing white space. */
function followingLine(suffix: string): string | undefined {
  const lines = suffix.split(/\r?\n/, 50).slice(1);
  return lines.find((line) => line.trim() !== '')?.trimEnd();
}

/** Whether the tail is made of closing brackets and the text opens every bracket it closes. */
function closesWhatItOpens(text: string, tail: string): boolean {
  if (!/^[)\]};,\s]*$/.test(tail) || !/[)\]}]/.test(tail)) return false;
  return unmatchedClosers(text).length === 0;
}
