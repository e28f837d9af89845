const OPENER: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

/** A string that ends on its line; an apostrophe after two letters is just an apostrophe. */
const STRING = /("|(?<!\p{L}{2})'|`)(?:\\.|(?!\1)[^\\\n])*\1/gu;

/** A closing bracket without an opening one before it. */
export interface UnmatchedCloser {
  readonly bracket: string;
  /** Its index in the text. */
  readonly at: number;
}

/** The closing brackets of a text that nothing in it has opened, in order; those in strings do not count. */
export function findUnmatchedClosers(text: string): UnmatchedCloser[] {
  const open: string[] = [];
  const closers: UnmatchedCloser[] = [];
  const code = hideStrings(text);
  for (let at = 0; at < code.length; at++) {
    const bracket = code[at] as string;
    const opener = OPENER[bracket];
    if (isOpener(bracket)) open.push(bracket);
    else if (opener !== undefined && open.at(-1) === opener) open.pop();
    else if (opener !== undefined) closers.push({ bracket, at });
  }
  return closers;
}

/** The same, only the brackets. */
export function unmatchedClosers(text: string): string[] {
  return findUnmatchedClosers(text).map(({ bracket }) => bracket);
}

/** The text with spaces in place of its strings, as long as before. */
export function hideStrings(text: string): string {
  return text.replaceAll(STRING, (string) => ' '.repeat(string.length));
}

/** Whether a text holds a quotation mark an odd number of times, so that one of them closes what was open before. */
export function closesQuote(text: string, quote: string): boolean {
  return text.replaceAll(/\\./g, '').split(quote).length % 2 === 0;
}

export function isQuote(character: string | undefined): character is string {
  return character === '"' || character === "'" || character === '`';
}

function isOpener(character: string): boolean {
  return character === '(' || character === '[' || character === '{';
}
