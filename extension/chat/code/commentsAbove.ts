import type { CommentStyle } from '../../completion/comments.ts';
import type { Lines } from './change.ts';

/** A comment above a declaration; several in lines of their own, one below the other, are one. */
export interface CommentAbove extends Lines {
  /** What it begins with, such as `///`. */
  readonly mark: string;
}

/** What stands above a declaration, in the order of the lines. */
export interface Above {
  readonly comments: readonly CommentAbove[];
  /** Where comments on the declaration end, and decorators and comments for tools begin that are bound to it. */
  readonly end: number;
}

interface Piece extends CommentAbove {
  /** What it is about: the declaration, the whole file, or it is bound to the line below, as decorators and comments for tools are. */
  readonly about: 'declaration' | 'file' | 'bound';
}

const DECORATOR = /^(?:@|#!?\[|\[\w)/;
const MARK = /^(?:\/\*{1,2}(?!\/)|\/{2,3}|#+|-{2,}\[?|;+|%+|\S+)/;
/** Comments for tools, and notes to oneself, by their words. */
const TOOLS =
  /^(?:eslint-|biome-|prettier-|tslint:|jshint |istanbul |[cv]8 ignore|webpack\w+:|@ts-|noqa|type:|fmt:|ruff:|pylint:|mypy:|pyright:|nolint|rubocop:|clang-|swiftlint:|ktlint-|phpcs:|TODO|FIXME|HACK|XXX)/;
/** Go's directives have no space before their words. */
const DIRECTIVE = /^\/\/(?:[a-z]+:\S|export )/;
const OF_FILE_WORDS = /^(?:@jsx|@flow|@license|@preserve|@file|@module|Copyright|SPDX|coding[:=]|-\*-|#(?:end)?region)/;
const OF_FILE = /^(?:\/[/*]!|#!)/;

/** What stands directly above a line, by its language's comments. */
export function above(lines: readonly string[], line: number, style: CommentStyle): Above {
  const pieces: Piece[] = [];
  for (let at = line; ; ) {
    const piece = pieceAbove(lines, at, style);
    if (!piece) break;
    pieces.unshift(piece);
    at = piece.start;
  }
  const comments: CommentAbove[] = [];
  for (const piece of pieces.filter(({ about }) => about === 'declaration')) {
    const last = comments.at(-1);
    if (last && last.end === piece.start && last.mark === piece.mark && !piece.mark.startsWith('/*')) {
      comments[comments.length - 1] = { ...last, end: piece.end };
    } else comments.push(piece);
  }
  return { comments, end: pieces.findLast(({ about }) => about !== 'bound')?.end ?? pieces[0]?.start ?? line };
}

/** The first line of code among some: not blank, no comment and no decorator; undefined where there is none. */
export function firstCode(lines: readonly string[], { start, end }: Lines, style: CommentStyle): number | undefined {
  let at = start;
  while (at < end) {
    const line = (lines[at] ?? '').trim();
    const piece = line === '' || DECORATOR.test(line) ? { end: at + 1 } : commentAt(lines, at, style);
    if (!piece) return at;
    at = piece.end;
  }
  return undefined;
}

function commentAt(lines: readonly string[], at: number, style: CommentStyle): Lines | undefined {
  for (let end = at + 1; end <= lines.length; end++) {
    const piece = pieceAbove(lines, end, style);
    if (piece?.start === at) return piece;
    if (!style.block || !(lines[at] ?? '').trim().startsWith(style.block[0])) return undefined;
  }
  return undefined;
}

function pieceAbove(lines: readonly string[], end: number, { line, block }: CommentStyle): Piece | undefined {
  const last = (lines[end - 1] ?? '').trim();
  if (last === '') return undefined;
  const [open, close] = block ?? ['\n', '\n'];
  // A backslash at the end makes the next line a part of the comment, in C.
  if (line?.exec(last)?.index === 0 && !last.startsWith(open) && !last.includes(close) && !last.endsWith('\\')) {
    return commentOf(lines, end - 1, end);
  }
  if (last.endsWith(close) && last.indexOf(close) === last.length - close.length) {
    for (let start = end - 1; start >= 0; start--) {
      const first = (lines[start] ?? '').trim();
      if (start < end - 1 && first.includes(close)) return undefined;
      if (first.startsWith(open)) return commentOf(lines, start, end);
    }
    return undefined;
  }
  return DECORATOR.test(last) ? { start: end - 1, end, mark: '', about: 'bound' } : undefined;
}

function commentOf(lines: readonly string[], start: number, end: number): Piece {
  const text = lines
    .slice(start, end)
    .map((line) => line.trim())
    .join('\n');
  const mark = MARK.exec(text)?.[0] ?? '';
  const words = text.slice(mark.length).replace(/^[\s*]+/, '');
  const isOfFile = OF_FILE.test(text) || OF_FILE_WORDS.test(words);
  const isBound = DIRECTIVE.test(text) || TOOLS.test(words);
  return { start, end, mark, about: isOfFile ? 'file' : isBound ? 'bound' : 'declaration' };
}
