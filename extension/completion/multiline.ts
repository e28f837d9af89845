import type { CursorContext } from './context.ts';

/** Languages in which a colon at a line's end opens a block; elsewhere it mostly introduces a type or a value. */
const COLON_OPENS_BLOCK = new Set(['python', 'nim', 'gdscript', 'yaml', 'coffeescript']);

/**
 * Whether a suggestion may go past the cursor's line: on an empty line and right after something that opens a block.
 * Only closing brackets, which editors insert by themselves, may stand right of the cursor.
 */
export function wantsMultiline(context: CursorContext): boolean {
  if (!/^[\s)\]}'"`;,]*$/.test(context.lineSuffix)) return false;
  const before = context.linePrefix.trim();
  return before === '' ? context.lineSuffix.trim() === '' : opensBlock(before, context.languageId);
}

/** Whether a line, without surrounding white space, ends by opening a block. */
export function opensBlock(line: string, languageId: string): boolean {
  if (/[{([]$/.test(line)) return true;
  return line.endsWith(':') && (COLON_OPENS_BLOCK.has(languageId) || /^(case\b.*|default\s*):$/.test(line));
}
