import { type Declared, GRAMMARS, type Grammar, MEMBER } from './grammars.ts';
import type { Token } from './tokens.ts';

/** A variable with a foreign value is foreign, too; the number of times this is propagated. */
const ROUNDS = 3;
/** Longest type or list of names. */
const FAR = 40;
const GIVES = new Set(['=', ':=', '<-', 'in', 'range']);

/**
 * Names whose members are unknown: imports from modules elsewhere, and what has a type from there or is made with one.
 * @param foreign what is imported from there
 */
export function foreignIn(tokens: readonly Token[], language: Declared, foreign: ReadonlySet<string>): Set<string> {
  const names = new Set(foreign);
  const grammar = GRAMMARS[language];
  for (let round = 0; round < ROUNDS && names.size > 0; round++) {
    const before = names.size;
    for (const [index, { kind, text }] of tokens.entries()) {
      if (kind === 'name' && names.has(text) && !MEMBER.has(tokens[index - 1]?.text ?? '')) {
        for (const name of ofType(tokens, index, language, grammar)) names.add(name);
      }
      if (GIVES.has(text) && gives(tokens, index, names)) for (const name of givenTo(tokens, index)) names.add(name);
    }
    // In PHP, a property declared as `$a` is accessed as `->a`.
    for (const name of names) if (name.startsWith('$')) names.add(name.slice(1));
    if (names.size === before) break;
  }
  return names;
}

/** Names that have this type, or extend it. */
function ofType(tokens: readonly Token[], index: number, language: Declared, { isTypeFirst, typed, words }: Grammar): string[] {
  if (language === 'go') return ofGoType(tokens, index);
  if (isTypeFirst || language === 'php') {
    const name = behindType(tokens, index);
    if (name?.kind === 'name' && !words.has(name.text)) return [name.text];
  }
  if (typed.size === 0) return [];
  // `name: &mut a::Type<Foreign>`
  for (let at = index - 1; at > index - FAR; at--) {
    const { text = '', line = -1 } = tokens[at] ?? {};
    if (typed.has(text)) return tokens[at - 1]?.kind === 'name' ? [tokens[at - 1]?.text ?? ''] : [];
    if (line !== tokens[index]?.line || /^[=;{}(),]$/.test(text)) return [];
  }
  return [];
}

/** What follows a type, its parameters, marks and further parts. */
function behindType(tokens: readonly Token[], index: number): Token | undefined {
  let depth = 0;
  for (let at = index + 1; at < index + FAR; at++) {
    const token = tokens[at];
    if (!token) return undefined;
    if (token.text === '<') depth++;
    else if (token.text === '>') depth--;
    else if (depth > 0 || ['*', '&', '&&', '?', '[', ']', '...', 'const', 'final'].includes(token.text)) continue;
    else if (MEMBER.has(token.text)) at++;
    else return depth === 0 ? token : undefined;
    if (depth < 0) depth = 0;
  }
  return undefined;
}

/** `name *[]foreign.Type`; a field without a name is called as its type. */
function ofGoType(tokens: readonly Token[], index: number): string[] {
  let at = index - 1;
  while (at > index - FAR && ['*', '[', ']', '...', 'map', 'chan', 'string'].includes(tokens[at]?.text ?? '')) at--;
  const [name, type] = [tokens[at], tokens[index]];
  if (name?.kind !== 'name' || name.line !== type?.line) {
    const last = tokens[index + 1]?.text === '.' ? tokens[index + 2] : undefined;
    return last?.kind === 'name' && tokens[index + 3]?.line !== type?.line ? [last.text] : [];
  }
  // `a, b foreign.Type`
  const names = [name.text];
  for (; tokens[at - 1]?.text === ',' && tokens[at - 2]?.kind === 'name'; at -= 2) names.push(tokens[at - 2]?.text ?? '');
  return GRAMMARS.go.words.has(name.text) ? [] : names;
}

/** Whether a value, up to the end of its line, is made with something foreign. */
function gives(tokens: readonly Token[], index: number, names: ReadonlySet<string>): boolean {
  const line = tokens[index + 1]?.line;
  for (let at = index + 1; at < index + FAR; at++) {
    const token = tokens[at];
    if (!token || token.line !== line || token.text === ';') return false;
    if (token.kind === 'name' && names.has(token.text)) return true;
  }
  return false;
}

/** The names before an equals sign, in its line. */
function givenTo(tokens: readonly Token[], index: number): string[] {
  const names: string[] = [];
  for (let at = index - 1; at > index - FAR; at--) {
    const { kind, text, line } = tokens[at] ?? {};
    if (text === undefined || line !== tokens[index]?.line || /^[;{}]$/.test(text)) break;
    if (kind === 'name' && tokens[at - 1]?.text !== ':') names.push(text);
  }
  return names;
}
