import type { CursorContext } from './context.ts';

/** The text that was typed between one context and a later one; undefined when the later one is another place. */
export function typedBetween(
  before: Pick<CursorContext, 'prefix' | 'suffix'>,
  now: Pick<CursorContext, 'prefix' | 'suffix'>,
): string | undefined {
  if (!now.prefix.startsWith(before.prefix)) return undefined;
  const typed = now.prefix.slice(before.prefix.length);
  return isSameSuffix(before.suffix, now.suffix, typed) ? typed : undefined;
}

/** Whether the suffix is the same but for the closing brackets, quotes and line breaks that the editor adds by itself. */
export function isSameSuffix(before: string, now: string, typed: string): boolean {
  const added = now.length - before.length;
  if (added < 0 || added > typed.length || !now.endsWith(before)) return false;
  return /^[\s)\]}'"`>]*$/.test(now.slice(0, added));
}
