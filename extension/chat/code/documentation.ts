import { commentStyleOf } from '../../completion/comments.ts';
import { type Block, blocksIn, indentOf } from './blocks.ts';
import { type Declared, namesake, outermost } from './byName.ts';
import type { Change, Lines } from './change.ts';
import { above, firstCode } from './commentsAbove.ts';
import { bodyIndent, bodyOf, docstringAt } from './docstrings.ts';
import { bareLines, indented } from './indentation.ts';

/** Documentation in an answer: a comment to stand above, or a Python docstring. */
interface Said {
  /** What it begins with; undefined for a docstring. */
  readonly mark: string | undefined;
  readonly lines: readonly string[];
}

/** A declaration by its first line, without what stands above it. */
type Place = Pick<Block, 'start'>;

/** Languages whose documentation looks different from other comments. */
const MARKED =
  /^(?:(?:typescript|javascript)(?:react)?|java|kotlin|scala|groovy|php|rust|csharp|fsharp|swift|dart|html|vue|svelte)$/;
const DOC_MARK = /^(?:\/\*\*|\/\/\/)/;
/** Languages whose comments nest: one that begins twice has to end twice. */
const NESTING = /^(?:rust|kotlin|scala|swift|dart)$/;
const PYTHON = 'python';

/**
 * Puts the documentation in an answer's code on the declarations it was asked for, in place of what they have; everything else in the
 * answer is ignored, and all code stays as it is. Declarations within others keep their comments.
 * @param range the lines with these declarations; undefined where only their names tell which they are
 * @param code bare lines
 * @param language as the editor calls it
 * @returns nothing where the code holds no documentation, or it has no place
 */
export function documentation(document: Declared, range: Lines | undefined, code: readonly string[], language: string): Change[] {
  const blocks = range
    ? outermost(document.blocks.filter(({ start, end }) => range.start <= start && end <= range.end))
    : document.blocks;
  const changes = new Map<number, Change>();
  const put = (place: Place | undefined, said: Said | undefined) => {
    const change = place && said && placed(document, place, said, language);
    if (change && !changes.has(change.start)) changes.set(change.start, change);
  };
  for (const part of outermost(blocksIn(code))) {
    put(namesake({ ...document, blocks }, part, code), saidOf(code, part.start, language));
  }
  if (changes.size === 0 && range) {
    const style = styleOf(language);
    const start = blocks[0]?.start ?? (style && firstCode(document.lines, range, style));
    put(start === undefined ? undefined : { start }, saidFirst(code, language));
  }
  return [...changes.values()].sort((a, b) => a.start - b.start);
}

/** What is said of the declaration in a line of an answer. */
function saidOf(code: readonly string[], start: number, language: string): Said | undefined {
  const body = language === PYTHON ? bodyOf(code, start) : undefined;
  const docstring = body === undefined ? undefined : docstringAt(code, body);
  if (docstring) return { mark: undefined, lines: docstring.said };
  const style = styleOf(language);
  if (!style) return undefined;
  const { comments } = above(code, start, style);
  const found = comments.findLast(({ mark }) => DOC_MARK.test(mark)) ?? comments.at(-1);
  const lines = found && code.slice(found.start, found.end);
  return lines && isClosed(lines.join('\n'), language) ? { mark: found.mark, lines } : undefined;
}

function isClosed(comment: string, language: string): boolean {
  return !NESTING.test(language) || !comment.trim().startsWith('/*') || !comment.trim().includes('/*', 2);
}

/** What an answer begins with, if there is a declaration below it or not. */
function saidFirst(code: readonly string[], language: string): Said | undefined {
  const style = styleOf(language);
  if (!style) return undefined;
  const docstring = language === PYTHON ? docstringAt(code, 0) : undefined;
  if (docstring) return { mark: undefined, lines: docstring.said };
  let line = firstCode(code, { start: 0, end: code.length }, style) ?? code.length;
  const said = saidOf(code, line, language);
  while (line > 0 && (code[line - 1] ?? '').trim() === '') line--;
  return said ?? saidOf(code, line, language);
}

function placed(document: Declared, { start }: Place, said: Said, language: string): Change | undefined {
  return said.mark === undefined ? withDocstring(document, start, said.lines) : withComment(document, start, said, language);
}

function withComment({ lines, indentation }: Declared, start: number, said: Said, language: string): Change | undefined {
  const style = styleOf(language);
  if (!style) return undefined;
  const { comments, end } = above(lines, start, style);
  const isDocumentation = ({ mark }: { readonly mark: string }) =>
    mark === said.mark || DOC_MARK.test(mark) || (!MARKED.test(language) && language !== PYTHON);
  const present = comments.findLast(isDocumentation) ?? { start: end, end };
  const own = indented(deepFirst(said.lines), indentOf(lines[start] ?? ''), indentation);
  return { start: present.start, end: present.end, lines: own };
}

function withDocstring({ lines, indentation }: Declared, start: number, said: readonly string[]): Change | undefined {
  const body = bodyOf(lines, start);
  if (body === undefined) return undefined;
  const level = indentation.spaces ? ' '.repeat(indentation.size) : '\t';
  const indent = bodyIndent(lines, start, body) ?? indentOf(lines[start] ?? '') + level;
  const own = indented(deepFirst(said), indent, indentation);
  const present = docstringAt(lines, body);
  if (!present) return { start: body, end: body, lines: own };
  return { start: present.start, end: present.end, lines: [...own.slice(0, -1), `${own.at(-1)}${present.behind}`] };
}

/** Bare lines, whose first is not deeper than the others. */
function deepFirst(lines: readonly string[]): string[] {
  const [first = '', ...rest] = bareLines(lines.join('\n'));
  return [first.trimStart(), ...rest];
}

/** Code in a page has the comments of its scripts. */
function styleOf(language: string) {
  return commentStyleOf(/^(?:html|vue|svelte)$/.test(language) ? 'typescript' : language);
}
