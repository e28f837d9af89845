import type { Declared } from './grammars.ts';
import type { Token } from './tokens.ts';

/** What code takes from other modules. */
export interface Modules {
  /** Names that it asks of modules of the workspace: those must have them. */
  readonly needed: ReadonlySet<string>;
  /** Names that it has from elsewhere: what is in these, nobody here knows. */
  readonly foreign: ReadonlySet<string>;
  /** Headers it includes whose names must be known for any of its own to be judged. */
  readonly headers: readonly string[];
  /** Whether it has all names of a module from elsewhere, so that any name may be one of those. */
  readonly isOpen: boolean;
  /** Whether a token stands in such a statement. */
  readonly within: (index: number) => boolean;
}

interface Statement {
  readonly needed?: readonly string[];
  readonly foreign?: readonly string[];
  readonly header?: string;
  readonly isOpen?: boolean;
  /** The token behind it. */
  readonly end: number;
}

type Reader = (tokens: readonly Token[], index: number) => Statement | undefined;

/** More tokens than this are no such statement. */
const LONGEST = 600;

/** Modules of `javax` that are of the language's library; others are not. */
const JAVAX = /^(?:accessibility|crypto|imageio|lang|management|naming|net|print|rmi|script|security|sound|sql|swing|tools|xml)$/;

const READERS: Readonly<Record<Declared, Reader>> = {
  go: goImport,
  rust: rustUse,
  java: (tokens, index) => dotted(tokens, index, untilSemicolon),
  kotlin: (tokens, index) => gradle(tokens, index) ?? dotted(tokens, index, untilLineEnd),
  c: include,
  cpp: include,
  php: phpUse,
  ruby: rubyRequire,
};

/** What tools make: of Android's resources. */
const GENERATED: Readonly<Partial<Record<Declared, readonly string[]>>> = { java: ['R'], kotlin: ['R'] };

export function modulesIn(tokens: readonly Token[], language: Declared): Modules {
  const [needed, inside] = [new Set<string>(), new Set<number>()];
  const foreign = new Set(GENERATED[language]);
  const headers: string[] = [];
  let isOpen = false;
  for (let index = 0; index < tokens.length; index++) {
    const found = tokens[index]?.kind === 'name' ? READERS[language](tokens, index) : undefined;
    if (!found) continue;
    for (let at = index; at < found.end; at++) inside.add(at);
    for (const name of found.needed ?? []) needed.add(name);
    for (const name of found.foreign ?? []) foreign.add(name);
    if (found.header !== undefined) headers.push(found.header);
    isOpen ||= found.isOpen ?? false;
    index = Math.max(index, found.end - 1);
  }
  return { needed, foreign, headers, isOpen, within: (index) => inside.has(index) };
}

/** `import "a/b"`, `import c "a/b"`, `import ( … )`. What has no dot in its first part is Go's own, or of the workspace. */
function goImport(tokens: readonly Token[], index: number): Statement | undefined {
  if (tokens[index]?.text !== 'import') return undefined;
  const isList = tokens[index + 1]?.text === '(';
  const end = isList ? behind(tokens, index, ')') : untilLineEnd(tokens, index);
  const foreign: string[] = [];
  let isOpen = false;
  for (let at = index + 1; at < end; at++) {
    const { kind, text } = tokens[at] as Token;
    if (kind !== 'string') continue;
    const parts = text.slice(1, -1).split('/');
    const alias = tokens[at - 1];
    const names = alias?.kind === 'name' && at - 1 > index ? [alias.text] : packageNames(parts);
    const isForeign = parts[0]?.includes('.') ?? false;
    if (isForeign) foreign.push(...names);
    isOpen ||= isForeign && alias?.text === '.';
  }
  return { foreign, isOpen, end };
}

/** What a package may be called: the last part of its path, without its version and what only says that it is of Go. */
function packageNames(parts: readonly string[]): string[] {
  const last = parts.findLast((part) => !/^v\d+$/.test(part)) ?? '';
  const plain = last.replace(/\.v\d+$/, '');
  return [plain, plain.replace(/^go-|[-.]go$/g, ''), plain.replaceAll(/[-.]/g, ''), ...plain.split(/[-.]/)];
}

/** `use a::b::{c, d as e, f::*};` */
function rustUse(tokens: readonly Token[], index: number): Statement | undefined {
  const { text } = tokens[index] as Token;
  if (text === 'extern' && tokens[index + 1]?.text === 'crate')
    return { foreign: namesOf(tokens.slice(index + 2, index + 5)), end: untilSemicolon(tokens, index) };
  if (text !== 'use') return undefined;
  const end = untilSemicolon(tokens, index);
  const inside = tokens.slice(index + 1, end);
  const root = inside.find(({ kind }) => kind === 'name')?.text ?? '';
  const names = namesOf(inside);
  if (/^(?:std|core|alloc)$/.test(root)) return { end };
  // What is glob-imported in a test comes from the module around it.
  if (/^(?:crate|self|super|Self)$/.test(root)) return { needed: asked(inside), end };
  return { foreign: names, isOpen: inside.some(({ text }) => text === '*'), end };
}

/** A build script of Gradle has names of every plugin. */
function gradle(tokens: readonly Token[], index: number): Statement | undefined {
  const isScript = /^(?:plugins|dependencies|buildscript|pluginManagement|dependencyResolutionManagement)$/.test(
    tokens[index]?.text ?? '',
  );
  return isScript && tokens[index + 1]?.text === '{' && tokens[index - 1]?.text !== '.'
    ? { isOpen: true, end: index + 1 }
    : undefined;
}

/** `import a.b.C;`, `import static a.B.c;`, `import a.b.C as D`, `import a.b.*`. */
function dotted(
  tokens: readonly Token[],
  index: number,
  endOf: (tokens: readonly Token[], index: number) => number,
): Statement | undefined {
  if (tokens[index]?.text === 'package' && tokens[index + 1]?.kind === 'name') return { end: endOf(tokens, index) };
  if (tokens[index]?.text !== 'import') return undefined;
  const end = endOf(tokens, index);
  const inside = tokens.slice(index + 1, end).filter(({ text }) => text !== 'static');
  const [first, second] = [inside[0]?.text ?? '', inside[2]?.text ?? ''];
  const isOwn = first === 'java' || (first === 'javax' && JAVAX.test(second)) || (first === 'kotlin' && second !== 'test');
  if (isOwn) return { end };
  return { foreign: namesOf(inside).slice(-2), isOpen: inside.some(({ text }) => text === '*'), end };
}

/** `#include <a.h>`; what stands in quotes is of the workspace. */
function include(tokens: readonly Token[], index: number): Statement | undefined {
  if (tokens[index - 1]?.text !== '#' || tokens[index]?.text !== 'include') return undefined;
  const file = tokens[index + 1];
  if (file?.kind !== 'string') return undefined;
  return { ...(file.text.startsWith('<') && { header: file.text }), end: index + 2 };
}

/** `use A\B;`, `use A\{B, C as D};`, `use function a\b;`. In a class, the same word takes traits. */
function phpUse(tokens: readonly Token[], index: number): Statement | undefined {
  const { text } = tokens[index] as Token;
  if ((text !== 'use' && text !== 'namespace') || tokens[index + 1]?.text === '(') return undefined;
  const end = untilSemicolon(tokens, index);
  const inside = tokens.slice(index + 1, end);
  if (text === 'namespace') return { end };
  return { foreign: inside.some(({ text }) => text === '\\') ? namesOf(inside) : [], end };
}

const RUBY_OWN =
  /^["'](?:abbrev|base64|benchmark|bigdecimal|bundler|cgi|coverage|csv|date|delegate|did_you_mean|digest|drb|English|erb|etc|fcntl|fiddle|fileutils|find|forwardable|getoptlong|io|ipaddr|irb|json|logger|matrix|monitor|mutex_m|net|objspace|observer|open-uri|open3|openssl|optparse|ostruct|pathname|pp|prettyprint|prime|pstore|psych|pty|random|rbconfig|readline|reline|resolv|ripper|rubygems|securerandom|set|shellwords|singleton|socket|stringio|strscan|syslog|tempfile|time|timeout|tmpdir|tsort|un|uri|weakref|yaml|zlib)(?:\/[^"']*)?["']$/;

/** `require 'a'`; `require_relative` is of the workspace. */
function rubyRequire(tokens: readonly Token[], index: number): Statement | undefined {
  if (tokens[index]?.text !== 'require' || tokens[index - 1]?.text === '.') return undefined;
  const at = tokens[index + 1]?.text === '(' ? index + 2 : index + 1;
  const file = tokens[at];
  return file?.kind === 'string' ? { isOpen: !RUBY_OWN.test(file.text), end: at + 1 } : undefined;
}

/** The last name of each path of a list, before `as`. */
function asked(tokens: readonly Token[]): string[] {
  return tokens.flatMap(({ kind, text }, at) => {
    const after = tokens[at + 1]?.text ?? ';';
    return kind === 'name' && tokens[at - 1]?.text !== 'as' && after !== '::' && text !== 'as' && text !== 'self' ? [text] : [];
  });
}

const namesOf = (tokens: readonly Token[]) => tokens.flatMap(({ kind, text }) => (kind === 'name' ? [text] : []));

function untilSemicolon(tokens: readonly Token[], index: number): number {
  return behind(tokens, index, ';');
}

function behind(tokens: readonly Token[], index: number, sign: string): number {
  for (let at = index; at < Math.min(tokens.length, index + LONGEST); at++) if (tokens[at]?.text === sign) return at + 1;
  return Math.min(tokens.length, index + 1);
}

function untilLineEnd(tokens: readonly Token[], index: number): number {
  let at = index;
  while (at < tokens.length && tokens[at]?.line === tokens[index]?.line && tokens[at]?.text !== ';') at++;
  return at;
}
