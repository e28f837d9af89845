import { hideStrings } from '../completion/brackets.ts';

/** Lines of one signature, and members told of one class or interface. */
const MOST_LINES = 6;
const MOST_MEMBERS = 16;
/** Lines of documentation told of one declaration. */
const DOC_LINES = 3;

/** `script` is TypeScript and JavaScript; `braces` any language whose bodies stand in braces. */
export type Syntax = 'script' | 'python' | 'braces';

export function syntaxOf(path: string): Syntax {
  if (/\.[cm]?[jt]sx?$/.test(path)) return 'script';
  return /\.pyi?$/.test(path) ? 'python' : 'braces';
}

const TYPE = /^\s*(?:export\s+)?(?:default\s+)?(?:declare\s+)?(?:pub\s+)?(?:const\s+)?(?:interface|type|enum|struct|union)\b/;
const CLASS = /^\s*(?:export\s+)?(?:default\s+)?(?:declare\s+)?(?:abstract\s+)?class\b/;
const MEMBER: Readonly<Record<Syntax, RegExp>> = {
  script:
    /^(?!.*\bprivate\b)(?:(?:public|protected|static|async|get|set|readonly|abstract|override|declare)\s+)*\*?\w+[?!]?\s*[(<:=]/,
  python: /^(?:async\s+)?def\s+(?!_(?!_init__))\w+|^\w+\s*:/,
  braces: /^(?!.*\bprivate\b)[\w<>[\],\s*&:~]+\(/,
};
const KEYWORD = /^(?:if|for|while|switch|return|catch|else|do|try|throw|new|await|yield|case|with|raise|assert)\b/;

/**
 * The signature of a declaration, without its body; of types all of it, of classes the signatures of their members.
 * @param lines of the file
 * @param at the line on which the declaration begins
 */
export function signatureAt(lines: readonly string[], at: number, syntax: Syntax): string {
  const first = lines[at] ?? '';
  if (syntax === 'python' ? /^\s*class\b/.test(first) : CLASS.test(first)) return classAt(lines, at, syntax);
  const isType = syntax !== 'python' && TYPE.test(first);
  const taken: string[] = [];
  let depth = 0;
  for (let i = at; i < lines.length && taken.length < (isType ? MOST_MEMBERS : MOST_LINES); i++) {
    const line = lines[i] as string;
    taken.push(line);
    depth += depthOf(line, isType);
    if (depth <= 0 && !goesOn(line, lines[i + 1])) break;
  }
  const text = taken.join('\n');
  return isType ? text.trimEnd() : withoutBody(text, syntax);
}

/** The comment right above a declaration, or the docstring below it; its first lines. */
export function docAt(lines: readonly string[], at: number, syntax: Syntax): string {
  if (syntax === 'python') return docstringAt(lines, at);
  let top = at;
  while (top > 0 && at - top < 40 && /^\s*(?:\/\*\*|\*|\/\/)/.test(lines[top - 1] as string)) top--;
  const doc = lines.slice(top, at);
  if (doc.length <= DOC_LINES) return doc.join('\n');
  const isBlock = (doc[0] as string).trim().startsWith('/**');
  return [...doc.slice(0, DOC_LINES - 1), ...(isBlock ? [` ${'*/'}`] : doc.slice(DOC_LINES - 1, DOC_LINES))].join('\n');
}

function docstringAt(lines: readonly string[], at: number): string {
  const body = lines.slice(at, at + MOST_LINES + 1).findIndex((line, i) => i > 0 && /^\s*[rR]?("""|''')/.test(line));
  const doc = body < 0 ? undefined : lines[at + body];
  const quote = doc && /"""|'''/.exec(doc)?.[0];
  if (!doc || !quote || !(lines[at + body - 1] as string).trimEnd().endsWith(':')) return '';
  return doc.trimEnd().indexOf(quote) === doc.trimEnd().lastIndexOf(quote) ? `${doc.trimEnd()}${quote}` : doc.trimEnd();
}

/** The class's own line, then those of its members. */
function classAt(lines: readonly string[], at: number, syntax: Syntax): string {
  const first = lines[at] as string;
  const own = widthOf(first);
  const taken = [first.trimEnd()];
  let inner = 0;
  for (let i = at + 1; i < lines.length && taken.length <= MOST_MEMBERS; i++) {
    const line = lines[i] as string;
    if (line.trim() === '') continue;
    const width = widthOf(line);
    if (width <= own) break;
    if (inner === 0) inner = width;
    const text = line.trim();
    if (width === inner && MEMBER[syntax].test(text) && !KEYWORD.test(text)) taken.push(signatureAt(lines, i, syntax));
  }
  return syntax === 'python' ? taken.join('\n') : `${taken.join('\n')}\n${first.slice(0, own)}}`;
}

/** Brackets that a line opens, without those it closes. Braces count where the body is told. */
function depthOf(line: string, withBraces: boolean): number {
  const code = hideStrings(line);
  const opened = code.match(withBraces ? /[([{]/g : /[([]/g)?.length ?? 0;
  const closed = code.match(withBraces ? /[)\]}]/g : /[)\]]/g)?.length ?? 0;
  return opened - closed;
}

/** Whether a declaration goes on in the next line, its brackets being closed. */
function goesOn(line: string, next: string | undefined): boolean {
  return (
    /(?:[=|&,:<]|=>|extends|implements)\s*$/.test(line.replace(/:\s*$/, '')) ||
    /^\s*(?:[|&?:]|extends\b|implements\b)/.test(next ?? '')
  );
}

function withoutBody(text: string, syntax: Syntax): string {
  if (syntax === 'python') return text.replace(/:\s*(?:#.*)?$/, ': ...').trimEnd();
  // An arrow at the end of a line, or before an expression, begins a body; one inside brackets belongs to a type.
  const arrow = [...text.matchAll(/\s*=>/g)].find(({ index }) => depthOf(text.slice(0, index), false) === 0);
  if (arrow && /^(?:export\s+)?(?:default\s+)?(?:const|let|var|async|\(|(?:module\.)?exports\b)/.test(text))
    return `${text.slice(0, arrow.index)} => …`;
  const head = text.replace(/\s*\{[^{}]*\}?;?\s*$/, (body, at: number) => (depthOf(text.slice(0, at), false) === 0 ? '' : body));
  return head.replace(/\s*[={]\s*$/, '').trimEnd();
}

/** Characters by which a line is indented. */
function widthOf(line: string): number {
  return line.length - line.trimStart().length;
}
