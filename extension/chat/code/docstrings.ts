import { indentOf } from './blocks.ts';
import type { Lines } from './change.ts';

/** A docstring in lines of Python. */
export interface Docstring extends Lines {
  /** Its lines, without what stands behind it in the last. */
  readonly said: readonly string[];
  /** White space or a comment. */
  readonly behind: string;
}

const TRIPLE = String.raw`"""(?:\\[^]|[^\\])*?"""|'''(?:\\[^]|[^\\])*?'''`;
const TEXT = String.raw`${TRIPLE}|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'`;
/** What a colon of a declaration may stand behind, the colon, and the rest of its line. */
const HEAD = new RegExp(String.raw`${TEXT}|#.*|[([{]|[)\]}]|:(?<rest>.*)`, 'g');
const STRING = new RegExp(String.raw`^\s*[rRuU]?(?:${TEXT})`);
const DECLARES = /^\s*(?:async +)?(?:def|class)\b/;
const NOTHING = /^\s*(?:#|$)/;

/** The first line of a declaration's body; undefined for what is no declaration, or has its body in the line of its colon. */
export function bodyOf(lines: readonly string[], start: number): number | undefined {
  if (!DECLARES.test(lines[start] ?? '')) return undefined;
  const text = lines.slice(start).join('\n');
  let depth = 0;
  for (const { 0: token, index, groups } of text.matchAll(HEAD)) {
    if (/^[([{]$/.test(token)) depth++;
    else if (/^[)\]}]$/.test(token)) depth--;
    else if (token.startsWith(':') && depth === 0) {
      return NOTHING.test(groups?.rest ?? '') ? start + text.slice(0, index).split('\n').length : undefined;
    }
  }
  return undefined;
}

/** The docstring that a body begins with. @param body its first line */
export function docstringAt(lines: readonly string[], body: number): Docstring | undefined {
  const start = lines.findIndex((line, at) => at >= body && !NOTHING.test(line));
  const text = lines.slice(start).join('\n');
  const said = start < 0 ? undefined : STRING.exec(text)?.[0];
  if (said === undefined) return undefined;
  const behind = /^.*/.exec(text.slice(said.length))?.[0] ?? '';
  const own = said.split('\n');
  return NOTHING.test(behind) ? { start, end: start + own.length, said: own, behind } : undefined;
}

/** The indentation of a body's lines; undefined where there are none. */
export function bodyIndent(lines: readonly string[], start: number, body: number): string | undefined {
  const first = indentOf(lines.find((line, at) => at >= body && !NOTHING.test(line)) ?? '');
  return first.length > indentOf(lines[start] ?? '').length ? first : undefined;
}
