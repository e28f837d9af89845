/**
 * Properties of a piece of code that its form alone shows. It matches training/preference/checks.py character for character, because the
 * shipped heads were fitted on that: words and white space are Unicode's as Python defines them.
 */

/** Python's `str.isspace`, which JavaScript's `\s` is not quite. */
const WHITE = new Set(
  '\t\n\v\f\r\u001c\u001d\u001e\u001f \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000',
);
const NAME = /[A-Za-z_$][\p{L}\p{N}_$]*/gu;
const STRINGS = /"(?:\\[^\n]|[^"\\\n])*"|'(?:\\[^\n]|[^'\\\n])*'|`(?:\\[^\n]|[^`\\])*`/gu;
const OPENED_BY: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

/** The identifiers and keywords of a text, in order. */
export function namesOf(text: string): string[] {
  return text.match(NAME) ?? [];
}

/** How many brackets a text closes that it did not open, and how many it leaves open, its strings left out. */
export function bracketsOf(text: string): { readonly closed: number; readonly opened: number } {
  const open: string[] = [];
  let closed = 0;
  for (const sign of withoutStrings(text)) {
    if (sign === '(' || sign === '[' || sign === '{') open.push(sign);
    else if (sign in OPENED_BY) {
      if (open.at(-1) === OPENED_BY[sign]) open.pop();
      else closed++;
    }
  }
  return { closed, opened: open.length };
}

/** Whether quotes are left open once the strings are taken out. */
export function hasOddQuotes(text: string): boolean {
  return /["'`]/.test(withoutStrings(text));
}

export function withoutStrings(text: string): string {
  return text.replaceAll(STRINGS, '');
}

/** The lines with more than one sign, without the white space around them. */
export function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => withoutEnd(withoutBeginning(line)))
    .filter((line) => lengthOf(line) > 1);
}

/** Characters, as Unicode counts them. */
export function lengthOf(text: string): number {
  let length = 0;
  for (const _ of text) length++;
  return length;
}

/** A text without white space at its end. */
export function withoutEnd(text: string): string {
  let end = text.length;
  while (end > 0 && WHITE.has(text[end - 1] as string)) end--;
  return text.slice(0, end);
}

function withoutBeginning(text: string): string {
  let start = 0;
  while (start < text.length && WHITE.has(text[start] as string)) start++;
  return text.slice(start);
}
