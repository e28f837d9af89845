import type { Tokenizer } from '../tokenizer/tokenizer.ts';

const PATTERNS = new WeakMap<Tokenizer, RegExp>();

/** What a template writes, taken apart at the names of control tokens, which stand between the texts. */
export function splitAtControls(text: string, tokenizer: Tokenizer): string[] {
  return text.split(patternFor(tokenizer));
}

/** Splits at the names, keeping them; longer names first. */
function patternFor(tokenizer: Tokenizer): RegExp {
  const known = PATTERNS.get(tokenizer);
  if (known) return known;
  const names = [...tokenizer.controlNames.keys()].filter((name) => name !== '').sort((a, b) => b.length - a.length);
  const pattern = names.length === 0 ? /(?!)/ : new RegExp(`(${names.map(escaped).join('|')})`);
  PATTERNS.set(tokenizer, pattern);
  return pattern;
}

/** A text as a regular expression that finds it. */
export function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
