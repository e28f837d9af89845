import { hideStrings } from './brackets.ts';
import type { CursorContext } from './context.ts';

/** How languages write comments. */
export interface CommentStyle {
  /** What makes the rest of a line a comment. */
  readonly line?: RegExp;
  readonly block?: readonly [open: string, close: string];
}

/** Characters before the cursor in which the beginning of a comment is looked for. */
const REACH = 20_000;

// After a colon the slashes belong to an address; a hash after a word or a dollar sign is part of a name.
const C: CommentStyle = { line: /(?<!:)\/\//, block: ['/*', '*/'] };
const SHELL: CommentStyle = { line: /(?<![\w$])#/ };
const MARKUP: CommentStyle = { block: ['<!--', '-->'] };
const LISP: CommentStyle = { line: /;/ };

const BY_LANGUAGE: Readonly<Record<string, CommentStyle>> = {
  ...all(C, 'c cpp csharp cuda-cpp dart go groovy java javascript javascriptreact jsonc kotlin less objective-c objective-cpp'),
  ...all(C, 'php rust scala scss solidity swift systemverilog typescript typescriptreact verilog zig'),
  ...all(
    SHELL,
    'cmake coffeescript dockerfile elixir gdscript julia makefile nim perl properties python r ruby shellscript toml yaml',
  ),
  ...all(MARKUP, 'html markdown svelte vue xml'),
  ...all(LISP, 'clojure lisp scheme'),
  css: { block: ['/*', '*/'] },
  fsharp: { line: /(?<!:)\/\//, block: ['(*', '*)'] },
  haskell: { line: /--/, block: ['{-', '-}'] },
  latex: { line: /(?<!\\)%/ },
  lua: { line: /--/, block: ['--[[', ']]'] },
  powershell: { line: /(?<![\w$<])#/, block: ['<#', '#>'] },
  sql: { line: /--/, block: ['/*', '*/'] },
};

/** How a language writes comments; undefined where that is not known. @param languageId as the editor calls it */
export function commentStyleOf(languageId: string): CommentStyle | undefined {
  return BY_LANGUAGE[languageId];
}

/**
 * Whether the cursor is in a comment, judged by the text, since the editor does not say: a comment sign inside a multi-line string is
 * taken for a comment. In an unknown language nothing is a comment.
 */
export function isInComment({ prefix, linePrefix, languageId }: CursorContext): boolean {
  const style = commentStyleOf(languageId);
  if (!style) return false;
  const line = linePrefix.slice(-REACH);
  return (style.line !== undefined && isInCode(line, hideStrings(line).search(style.line))) || isInBlock(prefix, style);
}

function isInBlock(prefix: string, { block }: CommentStyle): boolean {
  if (!block) return false;
  const [open, close] = block;
  const near = prefix.slice(-REACH);
  const start = near.lastIndexOf(open);
  if (start === -1 || near.indexOf(close, start + open.length) !== -1) return false;
  const lineStart = near.lastIndexOf('\n', start) + 1;
  return isInCode(near.slice(lineStart, near.indexOf('\n', start) >>> 0), start - lineStart);
}

/** Whether a place of a line is there at all, and outside of strings. */
function isInCode(line: string, at: number): boolean {
  if (at === -1) return false;
  const hidden = hideStrings(line);
  return hidden[at] !== ' ' && !/(?<!\p{L}{2})["'`]/u.test(hidden.slice(0, at));
}

function all(style: CommentStyle, languages: string): Record<string, CommentStyle> {
  return Object.fromEntries(languages.split(' ').map((language) => [language, style]));
}
