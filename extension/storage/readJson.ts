import type { Guard } from '../../webview/protocol/guards.ts';

/** A value of the type that a guard tells, from JSON; undefined for any other text. */
export function readJson<T>(text: string, isValue: Guard<T>): T | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return isValue(value) ? value : undefined;
}
