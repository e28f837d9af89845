/** For a language: literals inside which a comment sign does not count, and what begins its comments; sources of regular expressions. */
interface Grammar {
  readonly skipped: readonly string[];
  readonly comments: readonly string[];
}

const DOUBLE = String.raw`"(?:\\[^]|[^"\\\n])*"`;
const SINGLE = String.raw`'(?:\\[^]|[^'\\\n])*'`;
const DOUBLE_OF_LINES = String.raw`"(?:\\[^]|[^"\\])*"`;
/** Quotation marks are doubled in them. */
const SQL_TEXTS = [`'(?:''|[^'])*'`, `"(?:""|[^"])*"`];
const TRIPLE = String.raw`"""(?:\\[^]|[^\\])*?"""`;
const TRIPLE_SINGLE = String.raw`'''(?:\\[^]|[^\\])*?'''`;
const BACKTICK = '`[^`]*`';
/**
 * A template literal with code in it, which may hold one more. The lookahead makes each part atomic; otherwise a literal that is not
 * closed would be tried in as many ways as there are ways to read its parts.
 */
const TEMPLATE = String.raw`${'`'}(?:(?=(?<part>\\[^]|\$\{(?:[^{}${'`'}]|\{[^{}]*\}|${'`'}[^${'`'}]*${'`'})*\}|[^${'`'}\\]))\k<part>)*${'`'}`;
/**
 * A regular expression literal stands where a value can begin; elsewhere the slash divides. An unclosed class extends to the line's end;
 * giving up there would mean trying again from each place in that class where one can begin.
 */
const REGULAR_EXPRESSION = String.raw`(?<=(?:^|[=(,:[!&|?{};+*%~^-]|=>|\breturn)[^\S\n]*)\/(?![/*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])*(?:\/|\[(?:\\.|[^\]\\\n])*\\?$)`;
const RAW_RUST = String.raw`r(?<hashes>#*)"[^]*?"\k<hashes>`;
/** A Rust lifetime has no closing quote. */
const CHARACTER = String.raw`'(?:\\.[^'\n]*|[^'\\\n])'`;
const VERBATIM = `@"(?:""|[^"])*"`;
/** The slashes of an address, which need not be quoted. */
const ADDRESS = String.raw`(?<=[a-z\d+.-]):\/\/(?=[^\s/])`;
const CSS_ADDRESS = String.raw`\burl\([^()]*\)`;

const [SLASHES, STAR, HASH] = [String.raw`\/\/`, String.raw`\/\*`, String.raw`(?<![\w$&\\])#(?![![{])`];
/** Where white space must stand before it. */
const HASH_OF_A_WORD = String.raw`(?<![^\s;])#(?!!)`;

const C: Grammar = { skipped: [TRIPLE, VERBATIM, DOUBLE, SINGLE, BACKTICK, ADDRESS], comments: [SLASHES, STAR] };
const SCRIPT: Grammar = { skipped: [DOUBLE, SINGLE, TEMPLATE, ADDRESS, REGULAR_EXPRESSION], comments: C.comments };
const RUST: Grammar = { skipped: [RAW_RUST, DOUBLE, CHARACTER, ADDRESS], comments: C.comments };
const MARKUP: Grammar = { skipped: [], comments: ['<!--'] };
const CSS: Grammar = { skipped: [DOUBLE, SINGLE, CSS_ADDRESS], comments: [STAR] };
const PYTHON: Grammar = { skipped: [TRIPLE, TRIPLE_SINGLE, DOUBLE, SINGLE], comments: ['#(?!!)'] };
const RUBY: Grammar = { skipped: [...PYTHON.skipped, String.raw`\/(?:\\.|[^/\\\n])+\/`], comments: [HASH, '^=begin\\b'] };
const SHELL: Grammar = { skipped: [DOUBLE_OF_LINES, `'[^']*'`, String.raw`\\.`], comments: [HASH_OF_A_WORD] };
const YAML: Grammar = { skipped: [DOUBLE, `'(?:''|[^'\\n])*'`], comments: [HASH_OF_A_WORD] };
const SQL: Grammar = { skipped: SQL_TEXTS, comments: ['--', STAR, HASH_OF_A_WORD] };
const LUA: Grammar = { skipped: [String.raw`\[\[[^]*?\]\]`, DOUBLE, SINGLE], comments: ['--'] };
const HASKELL: Grammar = {
  skipped: [DOUBLE, CHARACTER],
  comments: ['(?<![!#$%&*+./<=>?@^|~:-])--+(?![!#$%&*+./<=>?@^|~:])', String.raw`\{-`],
};
const LISP: Grammar = { skipped: [DOUBLE_OF_LINES, String.raw`\\.`], comments: [';', String.raw`#\|`] };
const PERCENT: Grammar = { skipped: [DOUBLE, `'(?:''|[^'\\n])*'`, String.raw`\\.`], comments: ['%'] };
const ML: Grammar = { skipped: [DOUBLE, CHARACTER, ADDRESS], comments: [String.raw`\(\*(?!\))`, SLASHES] };
const INI: Grammar = { skipped: [DOUBLE], comments: [String.raw`^[^\S\n]*[;#]`] };
const BASIC: Grammar = { skipped: [`"(?:""|[^"\\n])*"`], comments: [`'`, String.raw`^[^\S\n]*rem\b`] };
const BATCH: Grammar = { skipped: [], comments: [String.raw`^[^\S\n]*(?:@?rem\b|::)`] };
const POWERSHELL: Grammar = { skipped: [DOUBLE, `'[^']*'`], comments: ['<#', HASH_OF_A_WORD] };

/** By the languages' names in Markdown fences; all others are read like C. */
const GRAMMARS: readonly (readonly [RegExp, Grammar])[] = [
  [/^(?:js|jsx|mjs|cjs|javascript|javascriptreact|ts|tsx|mts|cts|typescript|typescriptreact|json|jsonc|json5)$/, SCRIPT],
  [/^(?:rs|rust)$/, RUST],
  [/^(?:html?|xhtml|xml|svg|xaml|vue|svelte|astro|markdown|md)$/, MARKUP],
  [/^css$/, CSS],
  [/^(?:scss|sass|less|stylus)$/, { ...CSS, comments: C.comments }],
  [/^php$/, { skipped: C.skipped, comments: [...C.comments, HASH, ...MARKUP.comments] }],
  [/^(?:hcl|tf|terraform)$/, { skipped: C.skipped, comments: [...C.comments, HASH] }],
  [/^(?:py|python3?|pyi|toml|r|julia|jl|elixir|exs?|nim|gdscript|graphql|gql|starlark|bzl)$/, PYTHON],
  [/^(?:rb|ruby|perl|pl|crystal)$/, RUBY],
  [/^(?:sh|bash|shell|shellscript|zsh|fish|console|make|makefile|dockerfile|docker|cmake|nginx|gitignore)$/, SHELL],
  [/^ya?ml$/, YAML],
  [/^(?:sql|mysql|pgsql|postgres(?:ql)?|plsql|tsql|sqlite)$/, SQL],
  [/^lua$/, LUA],
  [/^(?:hs|haskell|elm|ada|vhdl)$/, HASKELL],
  [/^(?:lisp|clj|cljs|clojure|scheme|racket|elisp|emacs-lisp|asm|assembly|nasm)$/, LISP],
  [/^(?:tex|latex|matlab|octave|erl|erlang|prolog)$/, PERCENT],
  [/^(?:fs|fsharp|f#|ocaml|ml|pascal|delphi)$/, ML],
  [/^(?:ini|cfg|conf|properties)$/, INI],
  [/^(?:vb|vbnet|vba|vbscript|basic)$/, BASIC],
  [/^(?:bat|batch|cmd)$/, BATCH],
  [/^(?:ps1|powershell|pwsh)$/, POWERSHELL],
];

/** Code of other languages in a page. */
const EMBEDDED = /<(script|style)\b[^<>]*>([\s\S]*?)<\/\1\s*>/gi;

/** Whether code contains a comment, judged by how its language writes comments and strings. */
export function hasComment(code: string, language: string): boolean {
  const grammar = GRAMMARS.find(([names]) => names.test(language.toLowerCase()))?.[1] ?? C;
  if (hasCommentOf(grammar, code)) return true;
  if (grammar !== MARKUP) return false;
  return [...code.matchAll(EMBEDDED)].some(([, tag, inside = '']) =>
    hasCommentOf(tag?.toLowerCase() === 'style' ? CSS : SCRIPT, inside),
  );
}

function hasCommentOf({ skipped, comments }: Grammar, code: string): boolean {
  const signs = new RegExp([...skipped, `(?<comment>${comments.join('|')})`].join('|'), 'gim');
  return [...code.matchAll(signs)].some(({ groups }) => groups?.comment !== undefined);
}
