import type { Token } from './tokens.ts';

/** What opens the bracket that each of these closes. */
export const CLOSES: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };
/** What closes the bracket that each of these opens. */
export const OPENS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(CLOSES).map(([close, open]) => [open, close]),
);

/** Where a bracket was opened. @param from tokens before this one are not looked at; undefined where it opens there, or is none */
export function opening(tokens: readonly Token[], closing: number, from: number): number | undefined {
  const close = tokens[closing]?.text ?? '';
  const open = CLOSES[close];
  let depth = 0;
  for (let at = closing; at >= Math.max(0, from); at--) {
    const { text } = tokens[at] as Token;
    if (text === close) depth++;
    if (text === open && --depth === 0) return at;
  }
  return undefined;
}

/** Where a bracket is closed. @param to tokens from this one on are not looked at; undefined where it closes there, or is none */
export function closing(tokens: readonly Token[], opening: number, to: number): number | undefined {
  const open = tokens[opening]?.text ?? '';
  const close = OPENS[open];
  let depth = 0;
  for (let at = opening; at < Math.min(tokens.length, to); at++) {
    const { text } = tokens[at] as Token;
    if (text === open) depth++;
    if (text === close && --depth === 0) return at;
  }
  return undefined;
}

/** What stands behind the parameters of a name; undefined for one without. @param to as in {@link closing} */
export function behindParameters(tokens: readonly Token[], name: number, to: number): string | undefined {
  if (tokens[name + 1]?.text !== '(') return undefined;
  const end = closing(tokens, name + 1, to);
  return end === undefined ? undefined : (tokens[end + 1]?.text ?? '');
}
