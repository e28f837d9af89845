import { type Block, blocksIn, LEADING } from '../code/blocks.ts';

/** A documented declaration. */
export interface Documented {
  readonly name: string;
  /** Its first line, from 0. */
  readonly line: number;
  /** With its documentation, and without. */
  readonly whole: string;
  readonly bare: string;
  /** What the documentation says, in plain words. */
  readonly words: string;
}

/** Least number of words of useful documentation. */
const FEWEST_WORDS = 4;
/** Comments that are meant for tools, and notes to oneself. */
const NO_WORDS = /^(?:eslint|biome|prettier|tslint|istanbul|c8|v8|webpack|@ts-|noqa|type:|pylint|mypy|todo|fixme|hack|xxx)\b/i;
const COMMENT = /^(?:\/\/|\/\*|\*|#(?!\[))/;
const DOCSTRING = /^[rRuU]?("""|''')/;

/** The declarations of a file that are documented, as far as their form tells: by comments above them, or by a string within. */
export function documentedIn(text: string): Documented[] {
  const lines = text.split('\n');
  return blocksIn(lines).flatMap((block) => byComment(lines, block) ?? byString(lines, block) ?? []);
}

function byComment(lines: readonly string[], { name, top, start, end }: Block): Documented | undefined {
  const above = lines.slice(top, start);
  const comment = above.filter((line) => COMMENT.test(line.trim()));
  const words = wordsOf(comment.map((line) => line.trim().replace(/^(?:\/\*\*?|\*\/|\*|\/{2,}!?|#+)/, '')));
  if (words === undefined) return undefined;
  const rest = above.filter((line) => !COMMENT.test(line.trim()));
  const own = lines.slice(start, end);
  return { name, line: top, whole: [...above, ...own].join('\n'), bare: [...rest, ...own].join('\n'), words };
}

function byString(lines: readonly string[], { name, top, start, end }: Block): Documented | undefined {
  const head = lines.findIndex((line, at) => at >= start && at < end && line.trimEnd().endsWith(':'));
  if (head < 0 || !/^\s*(?:async +)?(?:def|class)\b/.test(lines[start] ?? '')) return undefined;
  const first = head + 1;
  const quotes = DOCSTRING.exec((lines[first] ?? '').trim())?.[1];
  if (quotes === undefined) return undefined;
  const last = lines.findIndex((line, at) => at >= first && (at > first ? line : line.replace(quotes, '')).includes(quotes));
  if (last < 0 || last >= end - 1) return undefined;
  const said = lines.slice(first, last + 1).map((line) => line.trim().replace(DOCSTRING, '').replace(quotes, ''));
  const words = wordsOf(said);
  if (words === undefined) return undefined;
  // An empty comment above it is left out of both.
  const from = lines.slice(top, start).filter((line) => !COMMENT.test(line.trim()) && LEADING.test(line.trim()));
  const whole = [...from, ...lines.slice(start, end)].join('\n');
  const bare = [...from, ...lines.slice(start, first), ...lines.slice(last + 1, end)].join('\n');
  return { name, line: top, whole, bare, words };
}

/** A comment's text up to its parameters; undefined if there is nothing to show. */
function wordsOf(lines: readonly string[]): string | undefined {
  const said = lines.map((line) => line.replace(/\*\/\s*$/, '').trim());
  const tags = said.findIndex((line) =>
    /^(?:[@:]\w+|\\\w+|(?:Args|Arguments|Parameters|Returns|Raises|Examples?):?$)/.test(line),
  );
  const text = (tags < 0 ? said : said.slice(0, tags)).join(' ').replaceAll(/\s+/g, ' ').trim();
  // Links of documentation, such as {@link name}, mean nothing elsewhere.
  const plain = text.replaceAll(/\{@\w+ ([^}]*)\}/g, '`$1`');
  return plain.split(' ').length < FEWEST_WORDS || NO_WORDS.test(plain) ? undefined : plain;
}
