import type { CursorContext } from './context.ts';

/** One line or a block. `automatic`: a block where one begins; `always`: at the end of every line. */
export const MULTILINE = ['automatic', 'never', 'always'] as const;
export type Multiline = (typeof MULTILINE)[number];

/** Languages in which a colon at a line's end opens a block; elsewhere it mostly introduces a type or a value. */
const COLON_OPENS_BLOCK = new Set(['python', 'nim', 'gdscript', 'yaml', 'coffeescript']);

/**
 * Whether a suggestion may go past the cursor's line: on an empty line, right after something that opens a block, and at the end of a
 * line right after a suggestion was accepted, for that is where the next one begins. Only what editors insert by themselves may stand
 * right of the cursor; after `(` or `[` not even that, because between a pair of them one writes arguments more often than lines. The
 * setting can restrict suggestions to single lines, or allow blocks wherever nothing is right of the cursor.
 */
export function wantsMultiline(context: CursorContext, afterAcceptance = false, wanted: Multiline = 'automatic'): boolean {
  const after = context.lineSuffix.trim();
  if (wanted === 'never') return false;
  if (wanted === 'always' && after === '') return true;
  if (!/^[\s)\]}'"`;,]*$/.test(after)) return false;
  const before = context.linePrefix.trim();
  if (before === '' || (afterAcceptance && after === '')) return after === '';
  if (/[([]$/.test(before) && after !== '') return false;
  return opensBlock(before, context.languageId);
}

/** Whether a line, without surrounding white space, ends by opening a block. */
export function opensBlock(line: string, languageId: string): boolean {
  if (/[{([]$/.test(line)) return true;
  return line.endsWith(':') && (COLON_OPENS_BLOCK.has(languageId) || /^(case\b.*|default\s*):$/.test(line));
}
