import type { Token } from './tokens.ts';

/** What code imports. */
export interface Imports {
  /** Names imported from modules of the workspace, which must have them. */
  readonly needed: ReadonlySet<string>;
  /** Names imported from elsewhere, whose members are unknown. */
  readonly foreign: ReadonlySet<string>;
  /** Whether a token stands in such a statement. */
  readonly within: (index: number) => boolean;
}

/** The imports of code. A module is of the workspace where it is named by its place relative to the code. */
export function importsIn(tokens: readonly Token[], language: 'javascript' | 'python'): Imports {
  const needed = new Set<string>();
  const foreign = new Set<string>();
  const inside = new Set<number>();
  for (const [index, { text, kind }] of tokens.entries()) {
    if (inside.has(index)) continue;
    if (kind !== 'name' || (text !== 'import' && text !== 'from' && text !== 'require')) continue;
    const found = language === 'python' ? pythonImport(tokens, index) : javaScriptImport(tokens, index);
    if (!found) continue;
    for (let at = index; at < found.end; at++) inside.add(at);
    for (const name of found.asked) (found.isOwn ? needed : foreign).add(name);
    for (const name of found.bound) if (!found.isOwn) foreign.add(name);
  }
  return { needed, foreign, within: (index) => inside.has(index) };
}

interface Statement {
  /** Names in the module, and their names here. */
  readonly asked: readonly string[];
  readonly bound: readonly string[];
  readonly isOwn: boolean;
  /** The token behind it. */
  readonly end: number;
}

/** More tokens than this are no import. */
const LONGEST = 400;

/** `import a, { b as c } from 'd'`, `import * as a from 'b'`, `const a = require('b')`. */
function javaScriptImport(tokens: readonly Token[], index: number): Statement | undefined {
  if (tokens[index]?.text === 'require') return required(tokens, index);
  if (tokens[index]?.text !== 'import') return undefined;
  let module = index + 1;
  while (module < index + LONGEST && tokens[module] && tokens[module]?.kind !== 'string') module++;
  if (tokens[module]?.kind !== 'string' || (module > index + 1 && tokens[module - 1]?.text !== 'from')) return undefined;
  const inside = tokens.slice(index + 1, module - 1);
  const open = inside.findIndex(({ text }) => text === '{');
  const listed = open < 0 ? [] : inside.slice(open);
  const names = namesIn(listed);
  const asked = names.filter(({ role }) => role === 'asked').map(({ name }) => name);
  const bound = [...names, ...namesIn(open < 0 ? inside : inside.slice(0, open))].map(({ name }) => name);
  return { asked, bound, isOwn: isRelative(tokens[module]?.text ?? ''), end: module + 1 };
}

/** What is left of the equals sign is bound: `const { a, b: c } = require('d')`. */
function required(tokens: readonly Token[], index: number): Statement | undefined {
  const [open, module] = [tokens[index + 1], tokens[index + 2]];
  if (open?.text !== '(' || module?.kind !== 'string' || tokens[index - 1]?.text !== '=') return undefined;
  let start = index - 2;
  while (start > 0 && start > index - LONGEST && !['const', 'let', 'var', ';'].includes(tokens[start]?.text ?? '')) start--;
  const bound = namesIn(tokens.slice(start + 1, index - 1)).map(({ name }) => name);
  return { asked: [], bound, isOwn: isRelative(module.text), end: index + 1 };
}

/** `from .a import b as c, d`, `import a.b as c`. */
function pythonImport(tokens: readonly Token[], index: number): Statement | undefined {
  const isFrom = tokens[index]?.text === 'from';
  if (!isFrom && tokens[index - 1]?.text === 'import') return undefined;
  let at = index + 1;
  const isOwn = isFrom && /^\.+$/.test(tokens[at]?.text ?? '');
  if (isFrom) while (at < tokens.length && at < index + LONGEST && tokens[at]?.text !== 'import') at++;
  if (isFrom && tokens[at]?.text !== 'import') return undefined;
  const first = isFrom ? at + 1 : at;
  at = first;
  // Names, commas and dots in turn; two names in a row belong to two statements.
  for (; at < tokens.length; at++) {
    const { kind, text } = tokens[at] as Token;
    if (kind === 'name') {
      const before = tokens[at - 1] as Token;
      if (at > first && before.kind === 'name' && text !== 'as' && before.text !== 'as') break;
    } else if (!['(', ')', ',', '.', '*'].includes(text)) break;
  }
  const names = namesIn(tokens.slice(isFrom ? first : index + 1, at));
  const asked = isFrom ? names.filter(({ role }) => role === 'asked').map(({ name }) => name) : [];
  return { asked, bound: names.map(({ name }) => name), isOwn, end: at };
}

/** Names of a list; those after `as` are new. */
function namesIn(tokens: readonly Token[]): { readonly name: string; readonly role: 'asked' | 'new' }[] {
  return tokens.flatMap(({ kind, text }, at) => {
    if (kind !== 'name' || ['as', 'type', 'typeof', 'from', 'import'].includes(text)) return [];
    return [{ name: text, role: tokens[at - 1]?.text === 'as' ? ('new' as const) : ('asked' as const) }];
  });
}

function isRelative(quoted: string): boolean {
  return /^["'`]\.{1,2}\//.test(quoted);
}
