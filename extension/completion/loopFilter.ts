import type { Filter } from './filter.ts';

/** The same piece four times or more, and part of it again, up to the end. A rule of dashes is none: it says something. */
const LOOP = /((?=[\s\S]{0,39}\w)[\s\S]{2,40}?)\1{3,}[\s\S]{0,39}$/;

/**
 * Drops the line in which a small model begins to say the same thing over and over. Only where the length limit ended the text:
 * a list that comes to its own end is no loop.
 */
export const cutLoop: Filter = (text, _context, draft) => {
  const loop = draft.cutShort ? LOOP.exec(text) : null;
  return loop ? text.slice(0, Math.max(0, text.lastIndexOf('\n', loop.index))) : text;
};
