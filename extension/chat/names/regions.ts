import { closing, OPENS } from './brackets.ts';
import type { Declared } from './grammars.ts';
import type { Token } from './tokens.ts';

/** Regions of code with rules of their own. */
export interface Regions {
  /** Patterns of macros, and attributes: what names in them mean is defined elsewhere. */
  readonly isBeyond: (index: number) => boolean;
  /** Lists of variants or of an interface's methods: what looks like a call declares something. */
  readonly isList: (index: number) => boolean;
  /** Names of functions after type parameters: `fun <T> List<T>.name(`; in other languages type parameters follow the name. */
  readonly isFunction: (index: number) => boolean;
}

const LISTS: Readonly<Partial<Record<Declared, ReadonlySet<string>>>> = {
  go: new Set(['interface']),
  rust: new Set(['enum']),
  java: new Set(['enum', '@interface']),
  kotlin: new Set(['enum']),
};
/** Longest such region, in tokens. */
const LONGEST = 3_000;

export function regionsIn(tokens: readonly Token[], language: Declared): Regions {
  const [beyond, lists, functions] = [new Set<number>(), new Set<number>(), new Set<number>()];
  const mark = (set: Set<number>, from: number) => {
    if (OPENS[tokens[from]?.text ?? ''] === undefined) return;
    const far = Math.min(tokens.length, from + LONGEST);
    const last = closing(tokens, from, far) ?? far - 1;
    for (let at = from; at <= last; at++) set.add(at);
  };
  for (const [index, { text }] of tokens.entries()) {
    const next = tokens[index + 1]?.text;
    if (beyond.has(index)) continue;
    if (LISTS[language]?.has(text)) {
      const open = bodyOf(tokens, index);
      if (open !== undefined && !lists.has(open)) mark(lists, open);
    } else if (text === '#' && (language === 'rust' || language === 'php')) {
      const open = next === '!' ? index + 2 : index + 1;
      if (tokens[open]?.text === '[') mark(beyond, open);
    } else if (text === 'fun' && language === 'kotlin') {
      for (let at = index + 1; at < index + 60 && !/^[({=]$/.test(tokens[at]?.text ?? '{'); at++) functions.add(at);
    } else if (text === 'macro_rules' && language === 'rust') {
      mark(beyond, index + 3);
    }
  }
  return {
    isBeyond: (index) => beyond.has(index),
    isList: (index) => lists.has(index),
    isFunction: (index) => functions.has(index),
  };
}

/** Where the braces after a keyword open: immediately, or after the name of what is declared. */
function bodyOf(tokens: readonly Token[], index: number): number | undefined {
  for (let at = index + 1; at < index + 40; at++) {
    const text = tokens[at]?.text;
    if (text === '{') return at;
    if (text === undefined || text === ';' || text === '}') return undefined;
  }
  return undefined;
}
