import type { CursorContext } from './context.ts';

/** Languages in which a colon at a line's end opens a block; elsewhere it mostly introduces a type or a value. */
const COLON_OPENS_BLOCK = new Set(['python', 'nim', 'gdscript', 'yaml', 'coffeescript']);

/**
 * Whether a suggestion may go past the cursor's line: on an empty line, right after something that opens a block, and at the end of a line
 * right after a suggestion was accepted, for that is where the next one begins.
 * Only what editors insert by themselves may stand right of the cursor; after `(` or `[` not even that, because
 * between a pair of them one writes arguments more often than lines.
 */
export function wantsMultiline(context: CursorContext, afterAcceptance = false): boolean {
  const after = context.lineSuffix.trim();
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
