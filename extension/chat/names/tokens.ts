import { LANGUAGES, type Language, partsOf } from './lexis.ts';

export { LANGUAGES, type Language } from './lexis.ts';

/** Names of languages in fences. */
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
  go: ['go', 'golang'],
  rust: ['rs', 'rust'],
  java: ['java'],
  kotlin: ['kt', 'kotlin'],
  c: ['c', 'h'],
  cpp: ['cc', 'cpp', 'cxx', 'c++', 'hpp', 'hh', 'hxx'],
  php: ['php'],
  ruby: ['rb', 'ruby'],
  css: ['css'],
};

/** @param name as an answer calls it */
export function languageOf(name: string): Language | undefined {
  return LANGUAGES.find((language) => CALLED[language].includes(name.toLowerCase()));
}

/** A name, a sign (or a number) or a string of code; comments are none. */
export interface Token {
  readonly kind: 'name' | 'sign' | 'string';
  readonly text: string;
  /** From 0. */
  readonly line: number;
}

/** After these a slash begins a regular expression; after anything else it divides. */
const REGEXP = /(?:^|[(,=:[!&|?{};\n~]|\b(?:return|typeof|case|in|of|if|unless|when|and|or|not))[^\S\n]*$/;

/** Splits code into names, signs and strings. Anything else counts as signs, so any text can be read. */
export function tokensOf(text: string, language: Language): Token[] {
  // In a page, what surrounds the code is not code.
  const code = language === 'php' && /<\?(?:php|=)/.test(text) ? `?>${text}` : text;
  const tokens: Token[] = [];
  const parts = partsOf(language);
  let line = 0;
  let counted = 0;
  for (let match = parts.exec(code); match; match = parts.exec(code)) {
    const { skip, string, regexp, name } = match.groups ?? {};
    for (; counted < match.index; counted++) if (code[counted] === '\n') line++;
    if (skip !== undefined) continue;
    if (regexp !== undefined && !REGEXP.test(code.slice(Math.max(0, match.index - 20), match.index))) {
      parts.lastIndex = match.index + 1;
      tokens.push({ kind: 'sign', text: '/', line });
    } else if (name !== undefined) tokens.push({ kind: 'name', text: name, line });
    else if (string !== undefined || regexp !== undefined) tokens.push({ kind: 'string', text: match[0], line });
    else tokens.push({ kind: 'sign', text: match[0], line });
  }
  return tokens;
}
