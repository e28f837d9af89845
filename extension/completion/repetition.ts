import { type CursorContext, wholeLines } from './context.ts';
import type { Filter } from './filter.ts';

/** The same piece four times or more, and part of it again, up to the end. A row of dashes does not count: it is a separator. */
const LOOP = /((?=[\s\S]{0,39}\w)[\s\S]{2,40}?)\1{3,}[\s\S]{0,39}$/;

/** Lines of a block that may be repeated, at most. */
const LONGEST_BLOCK = 4;
/** From how many times on a block is a repetition: within the suggestion, and together with what stands above the cursor. */
const OFTEN = 3;
const OFTEN_WITH_ABOVE = 4;

/**
 * Drops the line in which a small model begins to say the same thing over and over. Only if the length limit ended the text: a list that
 * ends by itself is not a loop.
 */
export const cutLoop: Filter = (text, _context, draft) => {
  const loop = draft.cutShort ? LOOP.exec(text) : null;
  return loop ? text.slice(0, Math.max(0, text.lastIndexOf('\n', loop.index))) : text;
};

/** Small models tend to repeat one line or block; from its second occurrence on nothing is worth showing. */
export const cutRepeatedLines: Filter = (text, context) => {
  const lines = text.split('\n');
  const whole = wholeLines(lines, context);
  const above = linesAbove(context);
  const said = [...above, ...whole].filter((line) => line !== '');
  const start = above.length;
  const again = firstRepetition(said, start);
  if (again === undefined) return text;
  const kept = again - start + blanksBefore(whole, again - start);
  return lines.slice(0, kept).join('\n').trimEnd();
};

/** Index of the first line that is said again and again, at or after the start; undefined when none is. */
function firstRepetition(lines: readonly string[], start: number): number | undefined {
  let first: number | undefined;
  for (let size = 1; size <= LONGEST_BLOCK; size++) {
    for (let from = 0; from + 2 * size <= lines.length; from++) {
      const times = repetitions(lines, from, size);
      if (times < (from < start ? OFTEN_WITH_ABOVE : OFTEN) || from + times * size <= start) continue;
      const again = Math.max(start, from + size);
      first = Math.min(first ?? again, again);
    }
  }
  return first;
}

/** How often the block that begins there occurs in a row. Brackets alone do not count. */
function repetitions(lines: readonly string[], from: number, size: number): number {
  if (!lines.slice(from, from + size).some((line) => /\w/.test(line))) return 1;
  let end = from + size;
  while (end < lines.length && lines[end] === lines[end - size]) end++;
  return Math.floor((end - from) / size);
}

/** The lines above the cursor's line that could be the beginning of a repetition, without blank ones. */
function linesAbove({ prefix, linePrefix }: CursorContext): string[] {
  const reach = prefix.slice(0, prefix.length - linePrefix.length).slice(-4_000);
  const lines = reach.split('\n').map((line) => line.trimEnd());
  return lines.filter((line) => line !== '').slice(-LONGEST_BLOCK * OFTEN_WITH_ABOVE);
}

/** How many blank lines stand before the nth line that is not blank. */
function blanksBefore(lines: readonly string[], nth: number): number {
  let blank = 0;
  for (let i = 0, said = 0; i < lines.length && said < nth; i++) {
    if (lines[i] === '') blank++;
    else said++;
  }
  return blank;
}
