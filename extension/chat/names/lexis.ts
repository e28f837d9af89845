/** How names, numbers and signs look unless the table below says otherwise. */
const NAME = '[\\p{L}_$][\\p{L}\\p{N}_$]*';
const NUMBER = '\\d[\\w.]*';
const SIGN = '\\?\\.|\\.\\.\\.|=>|->|[=!]==?|[-+*/%&|^]=|&&|\\|\\||\\?\\?|\\S';
const MORE_SIGNS = '\\?->|\\?\\.|&\\.|\\.\\.\\.|\\.\\.[=<]?|::|:=|<-|=>|->|[=!]==?|[-+*/%&|^]=|&&|\\|\\||\\?\\?|!!|\\S';

/** The end of the text; `$` is that of a line. */
const END = '(?![^])';
const SLASHES = `//[^\\n]*|/\\*[^]*?(?:\\*/|${END})`;
const quoted = (mark: string) => `${mark}(?:\\\\[^]|[^${mark}\\\\\\n])*${mark}?`;
/** As `quoted`, over lines. */
const long = (mark: string) => `${mark}(?:\\\\[^]|[^${mark}\\\\])*${mark}?`;
/** As `quoted`, with code in it that has quotes of its own; `code` matches it. */
const filled = (code: string) => `"(?:${code}|\\\\[^]|[^"\\\\\\n])*"?`;
const BRACED = '\\{[^{}\\n]{0,200}\\}';
const THREE = `"""[^]*?(?:"""|${END})`;
/** A character, or, in some languages, what marks a label. */
const CHARACTER = "'(?:\\\\[^\\n]{1,10}?|[^'\\\\\\n])'";

interface Lexis {
  /** Comments, and anything else that is skipped. */
  readonly skip: string;
  readonly string: string;
  /** A regular expression, where one is allowed. */
  readonly regexp?: string;
  readonly name?: string;
  readonly number?: string;
  readonly sign?: string;
}

/** The words of languages. Every alternative matches in linear time. */
const LEXES = {
  javascript: {
    skip: SLASHES,
    string: `${quoted('"')}|${quoted("'")}|${long('`')}`,
    regexp: '/(?:\\\\.|\\[(?:\\\\.|[^\\]\\\\\\n]){0,200}\\]|[^/\\\\\\n[]){1,200}/[a-z]{0,8}',
    sign: SIGN,
  },
  python: {
    skip: '#[^\\n]*',
    string: `[A-Za-z]{0,2}(?:${THREE}|'''[^]*?(?:'''|${END})|${quoted('"')}|${quoted("'")})`,
    sign: SIGN,
  },
  go: { skip: SLASHES, string: `${quoted('"')}|${CHARACTER}|\`[^\`]*\`?` },
  rust: {
    skip: `${SLASHES}|'(?!.')[\\p{L}_]\\w*`,
    string: `[bc]?r(?<hash>#{0,8})"[^]*?(?:"\\k<hash>|${END})|[bc]?${long('"')}|b?${CHARACTER}`,
  },
  java: { skip: SLASHES, string: `${THREE}|${quoted('"')}|${CHARACTER}` },
  kotlin: { skip: SLASHES, string: `${THREE}|${filled(`\\$${BRACED}`)}|${CHARACTER}|\`[^\`\\n]*\`` },
  c: {
    skip: `${SLASHES}|^[^\\S\\n]*#[^\\S\\n]*(?:error|warning|pragma|line|ident)[^\\n]*`,
    string: `(?<=#[^\\S\\n]{0,8}include[^\\S\\n]{0,8})<[^>\\n]*>|[LuU]?8?${quoted('"')}|[LuU]?${quoted("'")}`,
  },
  cpp: {
    skip: `${SLASHES}|^[^\\S\\n]*#[^\\S\\n]*(?:error|warning|pragma|line|ident)[^\\n]*`,
    string: `(?<=#[^\\S\\n]{0,8}include[^\\S\\n]{0,8})<[^>\\n]*>|[LuU]?8?R"(?<end>[^(\\s]{0,16})\\([^]*?(?:\\)\\k<end>"|${END})|[LuU]?8?${quoted('"')}|[LuU]?${quoted("'")}`,
    number: "\\d(?:[\\w.]|'(?=\\w))*",
  },
  php: {
    skip: `${SLASHES}|#(?!\\[)[^\\n]*|\\?>[^]*?(?:<\\?(?:php\\b|=)?|${END})`,
    string: `<<<["']?(?<doc>\\w{1,60})["']?\\n[^]*?(?:\\n[^\\S\\n]*\\k<doc>\\b|${END})|${long('"')}|${long("'")}|${long('`')}`,
  },
  ruby: {
    skip: `#[^\\n]*|^=begin[^]*?(?:\\n=end|${END})|^__END__[^]*`,
    string:
      `<<[~-]?["'\`]?(?<doc>[A-Z][A-Z_0-9]{1,60})["'\`]?[^\\n]*\\n[^]*?(?:\\n[^\\S\\n]*\\k<doc>\\b|${END})` +
      `|(?<![:\\w)\\]]):(?:[\\p{L}_]\\w*[?!=]?|"[^"\\n]*"?)` +
      `|%[wWiIqQr](?:\\[[^\\]]{0,2000}\\]|\\((?:[^()]|\\([^()]{0,200}\\)){0,2000}\\)|\\{[^}]{0,2000}\\}|\\|[^|]{0,2000}\\||<[^>]{0,2000}>|![^!]{0,2000}!)[a-z]{0,4}` +
      `|"(?:#${BRACED}|\\\\[^]|[^"\\\\])*"?|${long("'")}|${long('`')}|\\?\\p{L}(?!\\w)`,
    regexp: '/(?:\\\\.|\\[(?:\\\\.|[^\\]\\\\\\n]){0,200}\\]|[^/\\\\\\n[]){1,200}/[a-z]{0,8}',
  },
  css: {
    skip: `/\\*[^]*?(?:\\*/|${END})`,
    string: `${quoted('"')}|${quoted("'")}|url\\([^)"'\\n]{0,2000}\\)`,
    name: '-{0,2}[\\p{L}_][\\w-]*',
    number: '[#.]?\\d[\\w.%-]*|#[\\w-]+',
  },
} as const satisfies Readonly<Record<string, Lexis>>;

/** A language whose library's names are known, so that unknown names can be recognised. */
export type Language = keyof typeof LEXES;
export const LANGUAGES = Object.keys(LEXES) as readonly Language[];

/** The parts of code of a language, as an expression with the groups `skip`, `string`, `regexp`, `name` and `sign`. */
export function partsOf(language: Language): RegExp {
  const { skip, string, regexp, name = NAME, number = NUMBER, sign = MORE_SIGNS }: Lexis = LEXES[language];
  const slashed = regexp === undefined ? '' : `(?<regexp>${regexp})|`;
  return new RegExp(`(?<skip>${skip})|(?<string>${string})|${slashed}(?<name>${name})|${number}|(?<sign>${sign})`, 'gmu');
}
