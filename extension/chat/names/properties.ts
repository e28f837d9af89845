import type { Named } from './named.ts';
import { type Token, tokensOf } from './tokens.ts';

/** Longest declaration, in tokens. */
const FAR = 200;

/**
 * Reads a style sheet for the properties it sets, all of which are the language's. Those with a leading dash are the author's or a
 * browser's; any other name (classes, layers, animations) is declared wherever it stands.
 */
export function propertiesOf(code: string): Named {
  const tokens = tokensOf(code, 'css');
  const [used, brought] = [new Set<string>(), new Set<string>()];
  for (const [index, { kind, text }] of tokens.entries()) {
    if (kind !== 'name') continue;
    (isProperty(tokens, index) ? used : brought).add(text);
  }
  // A value here may be a property elsewhere.
  return { used, brought: new Set([...brought].filter((name) => !used.has(name))) };
}

/** Whether a declaration begins here: a name and a colon, and a value that no block follows, which would make it a selector. */
function isProperty(tokens: readonly Token[], index: number): boolean {
  const before = tokens[index - 1]?.text ?? '{';
  if (!/^[{};]$/.test(before) || tokens[index + 1]?.text !== ':' || tokens[index]?.text.startsWith('-')) return false;
  for (let at = index + 2; at < index + FAR; at++) {
    const text = tokens[at]?.text ?? '}';
    if (text === ';' || text === '}') return true;
    if (text === '{') return false;
  }
  return false;
}
