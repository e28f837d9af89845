/** A declaration in lines of code, recognised by its form. Lines count from 0. */
export interface Block {
  readonly name: string;
  /** Where its comments and decorators begin, its declaration, and the line behind its last. */
  readonly top: number;
  readonly start: number;
  readonly end: number;
}

/** A symbol as reported by a language server; the last line is inclusive. */
export interface DeclaredSymbol {
  readonly name: string;
  readonly first: number;
  readonly last: number;
}

const MODIFIERS =
  '(?:(?:export|default|declare|public|private|protected|static|abstract|override|async|readonly|final|pub(?:\\([^)]*\\))?|unsafe|inline|virtual) +)*';
/** A name declared by a keyword before it: `function`, `class`, `def`, `fn` and the like. */
const BY_WORD = new RegExp(
  `^${MODIFIERS}(?:function\\*?|class|interface|type|enum|namespace|def|fn|func(?: +\\([^)]*\\))?|fun|struct|trait|impl|record) *([\\w$#]+)`,
);
/** A function or class that is the value of a name. */
const BY_VALUE = new RegExp(
  `^${MODIFIERS}(?:const|let|var) +([\\w$]+)\\b[^=]*=\\s*(?:async\\b|function\\b|class\\b|\\(|[\\w$]+ *=>|<)`,
);
/** A method: a name, parameters, and a body that begins on this line or parameters that go on in the next. */
const METHOD = new RegExp(`^${MODIFIERS}(?:get +|set +|\\*)?([\\w$#]+) *(?:<[^>]*>)?\\((?:[^;]*\\{|[^;)]*)$`);
const NO_METHODS = new Set(['if', 'for', 'while', 'switch', 'catch', 'with', 'return', 'match', 'using', 'lock', 'else', 'do']);
/** A line that belongs to the declaration below it. */
export const LEADING = /^(?:\/\/|\/\*|\*|#(?!\w*(?:include|define))|@|\[\w)/;
/** A line at the depth of a declaration that continues it. */
const GOES_ON = /^[)}\]>]/;

/** The declarations of code by their form: which lines belong to one is read off their indentation. */
export function blocksIn(lines: readonly string[]): Block[] {
  return lines.flatMap((line, start) => {
    const name = nameIn(line);
    return name === undefined ? [] : [{ name, top: topOf(lines, start), start, end: endOf(lines, start) }];
  });
}

/** The declarations of a document: those that its language server knows, and those that only their form tells. */
export interface Declarations {
  readonly known: readonly Block[];
  readonly byForm: readonly Block[];
}

/**
 * The declarations of a document. If a server has not processed the last change, its places are outdated and none are used. Declarations
 * the server does not know are added by their form.
 * @param symbols what the language server knows; empty where there is none
 */
export function declarationsOf(symbols: readonly DeclaredSymbol[], lines: readonly string[]): Declarations {
  const known = areCurrent(symbols, lines) ? blocksOf(symbols, lines) : [];
  const names = new Set(known.map(({ name }) => name));
  return { known, byForm: blocksIn(lines).filter(({ name }) => !names.has(name)) };
}

/** Whether symbols are of these lines. */
function areCurrent(symbols: readonly DeclaredSymbol[], lines: readonly string[]): boolean {
  const stands = ({ name, first, last }: DeclaredSymbol) => lines.slice(first, last + 1).some((line) => line.includes(name));
  return symbols.every((symbol) => !/^[\w$]+$/.test(symbol.name) || stands(symbol));
}

/** The declarations that a language server knows, with the comments above them. */
function blocksOf(symbols: readonly DeclaredSymbol[], lines: readonly string[]): Block[] {
  return symbols.map(({ name, first, last }) => {
    // Some servers count comments and decorators as part of a symbol.
    let start = first;
    while (start < last && LEADING.test((lines[start] ?? '').trim())) start++;
    let end = last + 1;
    // The text may have become shorter since.
    while (end > start + 1 && (lines[end - 1] ?? '').trim() === '') end--;
    return { name, top: topOf(lines, start), start, end };
  });
}

/** The declaration that holds a line most closely; undefined for a line that none holds. */
export function blockAround(blocks: readonly Block[], line: number): Block | undefined {
  const around = blocks.filter(({ top, end }) => top <= line && line < end);
  return around.sort((a, b) => a.end - a.top - (b.end - b.top))[0];
}

/** The lines between blank lines at a line's depth or above: used where nothing is declared. */
export function paragraphAt(lines: readonly string[], at: number): { readonly start: number; readonly end: number } | undefined {
  if ((lines[at] ?? '').trim() === '') return undefined;
  const depth = indentOf(lines[at] ?? '').length;
  const holds = (index: number) => {
    const line = lines[index];
    return line !== undefined && line.trim() !== '' && indentOf(line).length >= depth;
  };
  let start = at;
  while (holds(start - 1)) start--;
  return { start, end: endOf(lines, at) };
}

export function indentOf(line: string): string {
  return /^[^\S\n]*/.exec(line)?.[0] ?? '';
}

function nameIn(line: string): string | undefined {
  const text = line.trim();
  const named = BY_WORD.exec(text)?.[1] ?? BY_VALUE.exec(text)?.[1];
  if (named !== undefined) return named;
  const method = METHOD.exec(text)?.[1];
  return method === undefined || NO_METHODS.has(method) || /^[^{]*\)\s*=>/.test(text) ? undefined : method;
}

function topOf(lines: readonly string[], start: number): number {
  const depth = indentOf(lines[start] ?? '').length;
  let top = start;
  for (let at = start - 1; at >= 0; at--) {
    const line = lines[at] ?? '';
    if (!LEADING.test(line.trim()) || indentOf(line).length < depth) break;
    top = at;
  }
  return top;
}

/** The line behind the last one that is deeper than the first, with what closes it. */
export function endOf(lines: readonly string[], start: number): number {
  const depth = indentOf(lines[start] ?? '').length;
  let end = start + 1;
  for (let at = start + 1; at < lines.length; at++) {
    const line = lines[at] ?? '';
    if (line.trim() === '') continue;
    const own = indentOf(line).length;
    if (own < depth || (own === depth && !GOES_ON.test(line.trim()))) break;
    end = at + 1;
  }
  return end;
}
