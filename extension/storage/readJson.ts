import type { Guard } from '../../webview/protocol/guards.ts';

/** Parses JSON into a value that passes the guard; undefined for any other text. */
export function readJson<T>(text: string, isValue: Guard<T>): T | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return isValue(value) ? value : undefined;
}
