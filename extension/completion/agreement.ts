import type { Place } from './context.ts';

/** The text that was typed between one place and a later one; undefined when typing does not lead there. */
export function typedBetween(before: Place, now: Place): string | undefined {
  if (now.path !== before.path || !now.prefix.startsWith(before.prefix)) return undefined;
  const typed = now.prefix.slice(before.prefix.length);
  return isSameSuffix(before.suffix, now.suffix, typed) ? typed : undefined;
}

/** Whether the suffix is the same except for closing brackets, quotes and line breaks that the editor inserts. */
export function isSameSuffix(before: string, now: string, typed: string): boolean {
  const added = now.length - before.length;
  if (added < 0 || added > typed.length || !now.endsWith(before)) return false;
  return /^[\s)\]}'"`>]*$/.test(now.slice(0, added));
}
