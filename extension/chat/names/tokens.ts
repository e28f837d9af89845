/** A language whose library's names are known, so that others can be told from them. */
export const LANGUAGES = ['javascript', 'python'] as const;
export type Language = (typeof LANGUAGES)[number];

/** What blocks of code call it. */
const CALLED: Readonly<Record<Language, readonly string[]>> = {
  javascript: [
    'js',
    'jsx',
    'javascript',
    'javascriptreact',
    'mjs',
    'cjs',
    'ts',
    'tsx',
    'typescript',
    'typescriptreact',
    'mts',
    'cts',
  ],
  python: ['py', 'python', 'python3'],
};

/** @param name as an answer calls it */
export function languageOf(name: string): Language | undefined {
  return LANGUAGES.find((language) => CALLED[language].includes(name.toLowerCase()));
}

/** A name, a sign (or a number) or a string of code; comments are none. */
export interface Token {
  readonly kind: 'name' | 'sign' | 'string';
  readonly text: string;
}

const NAME = '[\\p{L}_$][\\p{L}\\p{N}_$]*';
const NUMBER = '\\d[\\w.]*';
const SIGN = '\\?\\.|\\.\\.\\.|=>|->|[=!]==?|[-+*/%&|^]=|&&|\\|\\||\\?\\?|\\S';
/** Behind these a slash begins a regular expression; behind anything else it divides. */
const REGEXP = /(?:^|[(,=:[!&|?{};\n]|\b(?:return|typeof|case|in|of))[^\S\n]*$/;

const PARTS: Readonly<Record<Language, RegExp>> = {
  javascript: new RegExp(
    `(?<skip>//[^\\n]*|/\\*[^]*?(?:\\*/|$))|(?<string>"(?:\\\\[^]|[^"\\\\\\n])*"?|'(?:\\\\[^]|[^'\\\\\\n])*'?|\`(?:\\\\[^]|[^\`\\\\])*\`?)|(?<regexp>/(?:\\\\.|\\[(?:\\\\.|[^\\]\\\\\\n]){0,200}\\]|[^/\\\\\\n[]){1,200}/[a-z]{0,8})|(?<name>${NAME})|${NUMBER}|(?<sign>${SIGN})`,
    'gu',
  ),
  python: new RegExp(
    `(?<skip>#[^\\n]*)|(?<string>[A-Za-z]{0,2}(?:"""[^]*?(?:"""|$)|'''[^]*?(?:'''|$)|"(?:\\\\[^]|[^"\\\\\\n])*"?|'(?:\\\\[^]|[^'\\\\\\n])*'?))|(?<name>${NAME})|${NUMBER}|(?<sign>${SIGN})`,
    'gu',
  ),
};

/** Code as names, signs and strings. What it does not understand it takes for signs, so it reads any text. */
export function tokensOf(code: string, language: Language): Token[] {
  const tokens: Token[] = [];
  const parts = new RegExp(PARTS[language]);
  for (let match = parts.exec(code); match; match = parts.exec(code)) {
    const { skip, string, regexp, name } = match.groups ?? {};
    if (skip !== undefined) continue;
    if (regexp !== undefined && !REGEXP.test(code.slice(Math.max(0, match.index - 20), match.index))) {
      parts.lastIndex = match.index + 1;
      tokens.push({ kind: 'sign', text: '/' });
    } else if (name !== undefined) tokens.push({ kind: 'name', text: name });
    else if (string !== undefined || regexp !== undefined) tokens.push({ kind: 'string', text: match[0] });
    else tokens.push({ kind: 'sign', text: match[0] });
  }
  return tokens;
}
