import { behindParameters, CLOSES, opening } from './brackets.ts';
import { declaredNamesOf } from './declaredUses.ts';
import { isDeclared } from './grammars.ts';
import { importsIn } from './imports.ts';
import type { Named } from './named.ts';
import { propertiesOf } from './properties.ts';
import { type Language, type Token, tokensOf } from './tokens.ts';

/** A language whose uses and declarations can be told by the neighbouring tokens alone. */
type Scripted = 'javascript' | 'python';

/** Tokens before a name that is used, whatever follows it. */
const BEFORE: Readonly<Record<Scripted, ReadonlySet<string>>> = {
  javascript: new Set(['new', 'extends', 'implements', 'instanceof', '@']),
  python: new Set(['raise', 'except', '@']),
};
/** Tokens before a name that is declared, even if a parenthesis follows. */
const DECLARES = new Set(['function', 'class', 'def', 'get', 'set', '*']);
/** Token between a name and the name of its type. */
const TYPED = new Set([':', '->']);
const MEMBER = new Set(['.', '?.']);
/** Longest parentheses and chains that are examined, in tokens. */
const FAR = 500;

/** Reads code for the names it uses, and those it declares or imports. */
export function namesOf(code: string, language: Language): Named {
  if (isDeclared(language)) return declaredNamesOf(code, language);
  if (language === 'css') return propertiesOf(code);
  const tokens = tokensOf(code, language);
  const { needed, foreign, within } = importsIn(tokens, language);
  const used = new Set(needed);
  const brought = new Set(foreign);
  for (const [index, { kind, text }] of tokens.entries()) {
    if (kind !== 'name' || within(index)) continue;
    const isNeeded = isUse(tokens, index, language);
    if (isNeeded && (foreign.size === 0 || !foreign.has(rootOf(tokens, index)))) used.add(text);
    else brought.add(text);
  }
  return { used, brought };
}

function isUse(tokens: readonly Token[], index: number, language: Scripted): boolean {
  const before = tokens[index - 1]?.text ?? '';
  const after = tokens[index + 1]?.text ?? '';
  if (TYPED.has(before) && /^\p{Lu}[\p{L}\p{N}]*\p{Ll}/u.test(tokens[index]?.text ?? '')) return after !== ':';
  // Assigning declares a name.
  if (after === '=' || after === '=>' || DECLARES.has(before)) return false;
  if (MEMBER.has(before)) return !isMethod(tokens, index);
  if (BEFORE[language].has(before)) return true;
  return after === '(' && !isMethod(tokens, index);
}

/** Whether what looks like a call declares a function: a body or a type follows its parameters. */
function isMethod(tokens: readonly Token[], index: number): boolean {
  return ['{', ':', '=>'].includes(behindParameters(tokens, index, index + FAR) ?? '');
}

/** The first name of a chain such as `a.b(c).d`; empty where it begins with something else. */
function rootOf(tokens: readonly Token[], index: number): string {
  let at = index;
  while (at > index - FAR && MEMBER.has(tokens[at - 1]?.text ?? '')) {
    at -= 2;
    while (at > index - FAR && CLOSES[tokens[at]?.text ?? '']) at = (opening(tokens, at, at - FAR) ?? 0) - 1;
    if (tokens[at]?.kind !== 'name') return '';
  }
  return tokens[at]?.text ?? '';
}
