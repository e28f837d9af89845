import { MAX_CHARACTERS_PER_TOKEN } from '../tokenizer/estimates.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import { commentForm, type Part, type RelatedForm, type RelatedText, trainedForm } from './relatedForms.ts';

export type { RelatedText } from './relatedForms.ts';

/** What a prompt can tell of other files. */
export interface RelatedContext {
  /** Path of the completed file. */
  readonly path: string;
  /** Parts of other files, the most telling first. */
  readonly related?: readonly RelatedText[];
  /** Name of the project, for families that were told one. */
  readonly project?: string;
}

/** What is told of other files, and of the completed one because of them. */
export interface RelatedPrompt {
  /** Before the tokens of filling in. */
  readonly head: readonly number[];
  /** Right before the text before the cursor. */
  readonly lead: readonly number[];
}

const NOTHING: RelatedPrompt = { head: [], lead: [] };

/** Part of the window that other files may take. */
const SHARE = 0.25;

/** Fewer tokens of a file than this are not worth showing. */
const LEAST_TOKENS = 16;

/**
 * Up to this window other files are left out by default: for the default model, whose window it is, they gained 2 lines of 240 (`npm run
 * bench:quality`), and the whole prompt is run again wherever the cursor moves.
 */
const SMALL_WINDOW = 4096;

/**
 * Whether a model has learned to read several files at once, in a form that is known here.
 * @param contextLength tokens of context it was trained on
 */
export function readsSeveralFiles(tokenizer: Tokenizer, contextLength: number): boolean {
  return trainedForm(tokenizer) !== undefined && contextLength > SMALL_WINDOW;
}

/** The last prompt of each tokenizer: from one keystroke to the next it is the same. */
const last = new WeakMap<Tokenizer, { readonly key: string; readonly prompt: RelatedPrompt }>();

/**
 * Puts parts of other files into the form that the family was trained with, else into comments of the completed file's language; where
 * there are none, nothing is told. The first parts, the most telling, come in first and stand nearest to the code. The same parts give the
 * same tokens whatever is typed.
 * @param budget tokens of the whole prompt, of which this takes a share at most
 */
export function relatedPrompt(context: RelatedContext, tokenizer: Tokenizer, budget: number): RelatedPrompt {
  const { path, related = [], project } = context;
  const form = related.length === 0 ? undefined : (trainedForm(tokenizer) ?? commentForm(path));
  if (!form) return NOTHING;
  const key = JSON.stringify([budget, path, project, related]);
  const known = last.get(tokenizer);
  if (known?.key === key) return known.prompt;
  const prompt = encoded(form, context, tokenizer, budget);
  last.set(tokenizer, { key, prompt });
  return prompt;
}

function encoded(
  form: RelatedForm,
  { path, related = [], project }: RelatedContext,
  tokenizer: Tokenizer,
  budget: number,
): RelatedPrompt {
  const encode = encoderOf(form, tokenizer);
  const begin = project === undefined ? [] : encode(form.begin(project));
  const own = form.own(path);
  const [head, lead] = [encode(own.head), encode(own.lead)];
  let room = Math.floor(budget * SHARE) - begin.length - head.length - lead.length;
  const files: (readonly number[])[] = [];
  for (const file of related) {
    const tokens = fitting(file, room, (part) => encode(form.file(part)));
    files.unshift(tokens);
    room -= tokens.length;
  }
  const all = files.flat();
  if (all.length === 0) return NOTHING;
  return form.place === 'head' ? { head: [...begin, ...all, ...head], lead } : { head, lead: [...begin, ...all, ...lead] };
}

/** A text after a control token is a beginning; a text among others is a continuation. */
function encoderOf({ place }: RelatedForm, tokenizer: Tokenizer): (parts: readonly Part[]) => number[] {
  const encode = (text: string) => (place === 'head' ? tokenizer.encode(text) : tokenizer.encodeContinuation(text));
  return (parts) => parts.flatMap((part) => (typeof part === 'number' ? [part] : encode(part)));
}

/** As many of the first lines of a part as there is room for; nothing when that is too little. */
function fitting({ path, text }: RelatedText, room: number, encode: (file: RelatedText) => number[]): readonly number[] {
  let lines = text.slice(0, Math.max(0, room) * MAX_CHARACTERS_PER_TOKEN).split('\n');
  if (lines.at(-1) === '') lines.pop();
  while (room >= LEAST_TOKENS && lines.some((line) => line.trim() !== '')) {
    const tokens = encode({ path, text: `${lines.join('\n')}\n` });
    if (tokens.length <= room) return tokens;
    lines = lines.slice(0, Math.min(lines.length - 1, Math.floor((lines.length * room) / tokens.length)));
  }
  return [];
}
