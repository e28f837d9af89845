import { behindParameters, CLOSES, opening } from './brackets.ts';
import { foreignIn } from './foreign.ts';
import { type Declared, GRAMMARS, type Grammar, MEMBER } from './grammars.ts';
import { type Modules, modulesIn } from './modules.ts';
import type { Named } from './named.ts';
import { type Regions, regionsIn } from './regions.ts';
import { type Token, tokensOf } from './tokens.ts';

/** Longest parentheses and chains that are examined, in tokens. */
const FAR = 200;
/** The way types are written, unlike constants and type parameters. */
const TYPE = /^\p{Lu}[\p{L}\p{N}]*\p{Ll}/u;
/** What may stand between a name and what is taken from it. */
const POSTFIX = new Set(['!!', '!', '?']);

interface Code {
  readonly tokens: readonly Token[];
  readonly language: Declared;
  readonly grammar: Grammar;
  readonly modules: Modules;
  readonly regions: Regions;
  readonly foreign: ReadonlySet<string>;
  /** Whether one of its types extends a foreign type: it may then call any method as its own. */
  readonly isHeir: boolean;
}

/** Reads code of a language with a grammar for the names it uses, and those it declares or imports. */
export function declaredNamesOf(text: string, language: Declared): Named {
  const tokens = tokensOf(text, language);
  const modules = modulesIn(tokens, language);
  const foreign = foreignIn(tokens, language, modules.foreign);
  const grammar = GRAMMARS[language];
  const isHeir = inherits(tokens, grammar, foreign);
  const code: Code = { tokens, language, grammar, modules, foreign, isHeir, regions: regionsIn(tokens, language) };
  const used = new Set(modules.needed);
  const brought = new Set(foreign);
  for (const [index, { kind, text }] of tokens.entries()) {
    if (kind !== 'name' || modules.within(index)) continue;
    const isNeeded = !code.regions.isBeyond(index) && isUse(code, index) && !isOfForeign(code, index);
    (isNeeded ? used : brought).add(text);
    if (text.startsWith('$')) brought.add(text.slice(1));
  }
  return { used, brought, headers: modules.headers, isOpen: modules.isOpen };
}

function isUse(code: Code, index: number): boolean {
  const { tokens, grammar, regions } = code;
  const [name, before, after] = [index, index - 1, index + 1].map((at) => tokens[at]?.text ?? '') as [string, string, string];
  if (grammar.declares.has(before) || grammar.beyond.has(before) || grammar.words.has(name)) return false;
  if (regions.isFunction(index)) return false;
  if (MEMBER.has(before)) return isTaken(code, index);
  if (grammar.isBorrowing && after === '=') return false;
  const isType = TYPE.test(name);
  if (grammar.before.has(before) && tokens[index]?.line === tokens[index - 1]?.line) return isType;
  if (isType && grammar.heads.has(after) && !regions.isList(index)) return tokens[index + 2]?.kind === 'name';
  if (isType && grammar.typed.has(before)) return after !== ':' && tokens[index - 2]?.text !== ':';
  if (isType && grammar.isTypeFirst && isTypeOf(tokens[index + 1], tokens[index + 2], grammar))
    return before !== '<' && before !== ',';
  return isCall(code, index) && !regions.isList(index);
}

/** Whether a name after a dot or the like is a member access rather than a declaration. */
function isTaken({ tokens, grammar, language }: Code, index: number): boolean {
  const root = rootOf(tokens, index);
  if (grammar.declares.has(tokens[root - 1]?.text ?? '')) return false;
  if (grammar.isBorrowing && tokens[index + 1]?.text === '=') return false;
  // `void A::b() {`
  if (grammar.isTypeFirst && tokens[index - 1]?.text === '::') return !hasBody(tokens, index);
  // The contents of a module or crate that is not named here are unknown.
  if (language === 'rust' && tokens[index - 1]?.text === '::') return TYPE.test(tokens[index - 2]?.text ?? '');
  return true;
}

function isCall({ tokens, grammar, language }: Code, index: number): boolean {
  const { text: after } = tokens[index + 1] ?? { text: '' };
  const before = tokens[index - 1];
  if (language === 'rust' && after === '!') return /^[([{]$/.test(tokens[index + 2]?.text ?? '');
  if (after !== '(') return false;
  // A call does not go on in the next line, where lines end statements.
  if (tokens[index + 1]?.line !== tokens[index]?.line) return false;
  if (language === 'go') return before?.text !== ')';
  if (!grammar.isTypeFirst) return true;
  if (hasBody(tokens, index)) return false;
  const isTyped = before?.kind === 'name' && !grammar.words.has(before.text);
  return !isTyped && !['*', '&', '>', ']', '~', '&&', '?'].includes(before?.text ?? '');
}

/** Whether a name follows a type (`Type name`, `Type* name`, `Type<…> name`) and so is declared. */
function isTypeOf(next: Token | undefined, second: Token | undefined, { words }: Grammar): boolean {
  return next?.kind === 'name' && !words.has(next.text) && second?.text !== '.';
}

/** What follows the parameters of a declared function: its body, or initialisers of members. */
const BODY = new Set(['{', ':', '=>', 'const', 'noexcept', 'override', 'throws', 'where']);

/** Whether what looks like a call declares a function. */
function hasBody(tokens: readonly Token[], index: number): boolean {
  return BODY.has(behindParameters(tokens, index, index + FAR) ?? '');
}

/** Whether a name belongs to something whose members are unknown. */
function isOfForeign({ tokens, grammar, foreign, isHeir }: Code, index: number): boolean {
  if (foreign.has(tokens[index]?.text ?? '')) return true;
  const isMember = MEMBER.has(tokens[index - 1]?.text ?? '');
  if (!isMember) return isHeir && tokens[index + 1]?.text === '(' && tokens[index - 1]?.text !== 'new';
  const root = rootOf(tokens, index);
  if (isHeir && grammar.self.has(tokens[root]?.text ?? '')) return true;
  for (let at = root; at < index; at++) if (tokens[at]?.kind === 'name' && foreign.has(tokens[at]?.text ?? '')) return true;
  return false;
}

/** Where a chain such as `a.b(c).d` begins. */
function rootOf(tokens: readonly Token[], index: number): number {
  let at = index;
  while (at > index - FAR && MEMBER.has(tokens[at - 1]?.text ?? '')) {
    at -= 2;
    while (at > index - FAR && POSTFIX.has(tokens[at]?.text ?? '')) at--;
    while (at > index - FAR && CLOSES[tokens[at]?.text ?? '']) {
      const open = opening(tokens, at, at - FAR);
      if (open === undefined) return at + 1;
      at = open - 1;
      while (POSTFIX.has(tokens[at]?.text ?? '')) at--;
    }
    if (tokens[at]?.kind !== 'name') return at + 1;
  }
  return at;
}

/** Whether a type extends a foreign type, or one not declared here, which may itself do so. */
function inherits(tokens: readonly Token[], grammar: Grammar, foreign: ReadonlySet<string>): boolean {
  if (grammar.extends.size === 0) return false;
  const declared = new Set(tokens.flatMap(({ text }, at) => (TYPES.has(tokens[at - 1]?.text ?? '') ? [text] : [])));
  return tokens.some(({ text, kind }, index) => {
    if (kind !== 'name' || (declared.has(text) && !foreign.has(text)) || grammar.extends.has(text)) return false;
    // The list of supertypes is short, and on one line or the next.
    for (let at = index - 1; at > index - 30 && !/^[;{}=()]$/.test(tokens[at]?.text ?? ';'); at--) {
      if (grammar.extends.has(tokens[at]?.text ?? '')) return isOfType(tokens, at);
    }
    return false;
  });
}

const TYPES = new Set(['class', 'interface', 'struct', 'object', 'enum', 'record', 'trait']);

/** Whether this belongs to the declaration of a type, rather than of a variable or a parameter. */
function isOfType(tokens: readonly Token[], index: number): boolean {
  let depth = 0;
  for (let at = index; at > index - 60; at--) {
    const text = tokens[at]?.text ?? ';';
    if (text === ')') depth++;
    if (text === '(' && --depth < 0) return false;
    if (depth === 0 && /^(?:[;{}=]|fun|val|var|function|def)$/.test(text)) return false;
    if (depth === 0 && TYPES.has(text)) return true;
  }
  return false;
}
