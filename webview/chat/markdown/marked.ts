import type { Colored } from './highlight.ts';

/** Code with its colours, and with names in it that exist nowhere. */
export type Marked =
  | string
  | { readonly kind: string; readonly children: readonly Marked[] }
  /** @property isFirst whether it stands here for the first time: keys go there alone */
  | { readonly name: string; readonly isFirst: boolean };

/** Comments and strings, in which a name is only a word. */
const WORDS = /^hljs-(?:comment|string|regexp|quote|doctag|meta)\b/;
const SUBSTITUTION = 'hljs-subst';

/** Marks names in code, except in its comments and strings. */
export function withUnknown(pieces: readonly Colored[], names: ReadonlySet<string>): readonly Marked[] {
  if (names.size === 0) return pieces;
  const seen = new Set<string>();
  const words = wordsLike(names);
  const mark = (piece: Colored, isCode: boolean): readonly Marked[] => {
    if (typeof piece !== 'string') {
      const inside = piece.kind === SUBSTITUTION || (isCode && !WORDS.test(piece.kind));
      return [{ kind: piece.kind, children: piece.children.flatMap((child) => mark(child, inside)) }];
    }
    return isCode ? split(piece, words, names, seen) : [piece];
  };
  return pieces.flatMap((piece) => mark(piece, true));
}

/** Words among which the names are: those with dashes, of style sheets, are words only where they are looked for. */
function wordsLike(names: ReadonlySet<string>): RegExp {
  const dashed = [...names].filter((name) => /^[\w-]*-[\w-]*$/.test(name)).sort((one, other) => other.length - one.length);
  return new RegExp([...dashed.map((name) => `(?<![\\w-])${name}(?![\\w-])`), '[\\p{L}_$][\\p{L}\\p{N}_$]*'].join('|'), 'gu');
}

function split(text: string, words: RegExp, names: ReadonlySet<string>, seen: Set<string>): Marked[] {
  const pieces: Marked[] = [];
  let end = 0;
  for (const { 0: name, index } of text.matchAll(words)) {
    if (!names.has(name)) continue;
    if (index > end) pieces.push(text.slice(end, index));
    pieces.push({ name, isFirst: !seen.has(name) });
    seen.add(name);
    end = index + name.length;
  }
  if (end < text.length || pieces.length === 0) pieces.push(text.slice(end));
  return pieces;
}
