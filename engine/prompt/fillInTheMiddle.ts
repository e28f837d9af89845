import { MAX_CHARACTERS_PER_TOKEN } from '../tokenizer/estimates.ts';
import type { InfillIds } from '../tokenizer/facts.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import { lineStarts } from './lines.ts';
import { type RelatedContext, relatedPrompt } from './related.ts';

/** The parts of a prompt in order: control tokens in angle brackets, texts without. */
type Layout = readonly ('<prefix>' | '<suffix>' | '<middle>' | 'prefix' | 'suffix')[];

/** Suffix, prefix, middle: a keystroke only appends. */
const SUFFIX_FIRST: Layout = ['<prefix>', '<suffix>', 'suffix', '<middle>', 'prefix'];
/** Prefix, suffix, middle, as most families were trained. */
const PREFIX_FIRST: Layout = ['<prefix>', 'prefix', '<suffix>', 'suffix', '<middle>'];

/** Families that know another order than prefix, suffix, middle, by the name of their prefix token. */
const LAYOUTS: Readonly<Record<string, Layout>> = {
  '▁<PRE>': SUFFIX_FIRST, // Code Llama knows both
  '[PREFIX]': ['<suffix>', 'suffix', '<prefix>', 'prefix'], // Codestral
  '<|code_prefix|>': ['<suffix>', 'suffix', '<prefix>', 'prefix', '<middle>'], // GLM-4
};

const PATH_NAME = '<|file_path|>';

/** Part of the window the text after the cursor may take. */
export const SUFFIX_SHARE = 0.15;

/** The window's first line moves in steps of this many lines, so that the prompt's head stays the same during typing. */
const ANCHOR_LINES = [32, 8, 1];

/**
 * Most characters of the cursor's line that are placed after a middle token that ends a prompt; nobody types a longer line. The text
 * between prefix and suffix then begins with the typed part of the line, which training allows because a hole may begin anywhere. So a
 * keystroke only appends, and the suffix is run again only with each new line. llama.cpp's server takes the line of its `/infill` in the
 * same way.
 */
const LONGEST_LINE = 500;

/** The default model, the only one given a path in this way, was trained with the suffix first. */
function layoutOf({ prefix }: InfillIds, tokenizer: Tokenizer): Layout {
  if (tokenizer.control(PATH_NAME) !== undefined) return SUFFIX_FIRST;
  return LAYOUTS[tokenizer.piece(prefix)] ?? PREFIX_FIRST;
}

export interface CompletionContext extends RelatedContext {
  /** The whole text before the cursor; it is cut to the window. */
  readonly prefix: string;
  /** The whole text after the cursor. */
  readonly suffix: string;
  /** Path relative to the workspace, with `/`; told to the model. */
  readonly path: string;
}

/**
 * The prompt of a completion, in at most `budget` tokens.
 *
 * With infill tokens the order is the one the family was trained with, {@link LAYOUTS}. The default model's is suffix, prefix, middle,
 * so that a keystroke only appends tokens and the cache keeps the rest:
 * `<s> <|file_path|> path ⏎ <|fim_prefix|> <|fim_suffix|> suffix <|fim_middle|> prefix`. Where the middle token ends the order, the cursor's
 * line stands behind it, and the prefix is the lines above. The prefix is cut at whole lines, at a line number that moves in steps
 * ({@link ANCHOR_LINES}); the suffix keeps its first tokens. What is told of other files stands before all that, or before the prefix
 * ({@link relatedPrompt}).
 */
export function completionPrompt(
  context: CompletionContext,
  tokenizer: Tokenizer,
  bos: number | undefined,
  budget: number,
): number[] {
  const other = relatedPrompt(context, tokenizer, budget);
  const head = [...(bos === undefined ? [] : [bos]), ...other.head];
  const path = tokenizer.control(PATH_NAME);
  if (path !== undefined) head.push(path, ...tokenizer.encode(`${context.path}\n`).slice(0, budget >> 3));
  const { infill } = tokenizer;
  if (!infill) return [...head, ...prefixTokens(context.prefix, other.lead, tokenizer, budget - head.length)];
  const layout = layoutOf(infill, tokenizer);
  const suffix = firstTokens(context.suffix, tokenizer, Math.floor(budget * SUFFIX_SHARE));
  const controls = layout.filter((part) => part.startsWith('<')).length;
  const room = budget - head.length - suffix.length - controls;
  const line =
    layout.at(-1) === '<middle>' ? lineTokens(context.prefix, tokenizer, room >> 1) : { above: context.prefix, tokens: [] };
  const prefix = prefixTokens(line.above, other.lead, tokenizer, room - line.tokens.length);
  const middle = infill.middle === undefined ? [] : [infill.middle];
  const parts = { '<prefix>': [infill.prefix], '<suffix>': [infill.suffix], '<middle>': middle, prefix, suffix };
  return [...head, ...layout.flatMap((part) => parts[part]), ...line.tokens];
}

/** The cursor's line in at most `size` tokens, and the text above it; no line if it is longer than anybody types. */
function lineTokens(
  prefix: string,
  tokenizer: Tokenizer,
  size: number,
): { readonly above: string; readonly tokens: readonly number[] } {
  const start = prefix.lastIndexOf('\n') + 1;
  if (prefix.length - start > LONGEST_LINE) return { above: prefix, tokens: [] };
  const tokens = tokenizer.encodeContinuation(prefix.slice(start));
  return tokens.length > size ? { above: prefix, tokens: [] } : { above: prefix.slice(0, start), tokens };
}

/** The sentinel of T5's training: what stands for a missing span in the input, and what its text begins with in the answer. */
const SENTINEL = '<extra_id_0>';

/**
 * The prompt of a completion by an encoder–decoder, in at most `budget` tokens of input: prefix, sentinel, suffix, end; then the
 * beginning of the answer (Raffel et al. 2020, section 3.1.4; Wang et al. 2023 for code). Without sentinels the answer has to continue
 * the prefix.
 * @param start begins an answer
 * @param end the token that ends an input, where the model has one
 */
export function answerPrompt(
  context: CompletionContext,
  tokenizer: Tokenizer,
  { start, end }: { readonly start: number; readonly end: number | undefined },
  budget: number,
): number[] {
  const sentinel = tokenizer.control(SENTINEL);
  const ends = end !== undefined && tokenizer.addEos ? [end] : [];
  const suffix =
    sentinel === undefined ? [] : [sentinel, ...firstTokens(context.suffix, tokenizer, Math.floor(budget * SUFFIX_SHARE))];
  const prefix = lastTokens(context.prefix, tokenizer, budget - suffix.length - ends.length);
  return [...prefix, ...suffix, ...ends, start, ...(sentinel === undefined ? [] : [sentinel])];
}

function firstTokens(text: string, tokenizer: Tokenizer, size: number): number[] {
  return tokenizer.encodeContinuation(text.slice(0, size * MAX_CHARACTERS_PER_TOKEN)).slice(0, size);
}

/** What leads to the text before the cursor, and its end, in at most `size` tokens. */
function prefixTokens(text: string, lead: readonly number[], tokenizer: Tokenizer, size: number): number[] {
  if (lead.length === 0) return lastTokens(text, tokenizer, size);
  return [...lead, ...lastTokens(text, tokenizer, size - lead.length, (line) => tokenizer.encodeContinuation(line))];
}

/** The end of a text in at most `size` tokens, from the start of a line where lines are short enough. */
function lastTokens(
  text: string,
  tokenizer: Tokenizer,
  size: number,
  encode = (line: string) => tokenizer.encode(line),
): number[] {
  const from = Math.max(0, text.length - size * MAX_CHARACTERS_PER_TOKEN);
  const starts = lineStarts(text);
  for (const step of ANCHOR_LINES) {
    for (let line = 0; line < starts.length; line += step) {
      const start = starts[line] as number;
      if (start < from) continue;
      const tokens = encode(text.slice(start));
      if (tokens.length > size) continue;
      if (start > 0 && tokens.length < size / 2) break; // long lines: smaller steps keep more of them
      return tokens;
    }
  }
  return encode(text.slice(from)).slice(-size);
}
