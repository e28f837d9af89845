import { PaddockError, throwIfCancelled } from '../errors.ts';
import { rougeL } from '../measure/rouge.ts';
import { GREEDY } from '../sampling/sampler.ts';
import type { LongTextOptions } from './contextCurve.ts';
import { generate } from './generate.ts';
import type { LanguageModel } from './model.ts';
import { textPrompt } from './textPrompt.ts';

/** A line that the model is asked to repeat after much text has followed it. */
export interface LineQuestion {
  /** The line, without its indentation. */
  readonly line: string;
  /** What follows it. */
  readonly rest: string;
  /** What begins a comment in the text's language: `//`, `#`. */
  readonly comment: string;
}

/** How well one line was found at one length, under one scaling. */
export interface RetrievalRow {
  readonly scaling: string;
  /** Tokens of the prompt and its answer; undefined for the control question without the line, at the shortest length. */
  readonly length: number | undefined;
  /** ROUGE-L of the answer and the line, 0–1. */
  readonly score: number;
}

/** Tokens of an answer, at most. */
const ANSWER = 48;

/** Lines of this length can be told apart from others, and are no longer than an answer. */
const FITTING = /^.{24,80}$/;

/** A question about a text: its first line of suitable length that occurs in it once; undefined if there is none. */
export function questionFrom(text: string, comment: string): LineQuestion | undefined {
  const lines = text.split(/\r?\n/);
  const found = lines.findIndex((line) => FITTING.test(line.trim()) && lines.indexOf(line) === lines.lastIndexOf(line));
  if (found < 0) return undefined;
  return { line: (lines[found] as string).trim(), rest: lines.slice(found + 1).join('\n'), comment };
}

/** Lengths at which it is asked, in tokens. */
export function lengthsUpTo(window: number): number[] {
  const lengths = [256, 512, 1024, 2048, 4096, 8192, 16_384, 32_768].filter((length) => length <= window);
  return lengths.length > 0 ? lengths : [window];
}

/** The questions whose text is as long as the longest length. */
export function longEnough(model: LanguageModel, questions: readonly LineQuestion[], window: number): LineQuestion[] {
  const longest = lengthsUpTo(window).at(-1) as number;
  // A token has 16 characters at most on average.
  return questions.filter(({ rest }) => rest.length >= longest && model.tokenizer.encode(rest).length >= longest);
}

/**
 * First-line retrieval (Xiong et al. 2023, section 4.1, ask for the first sentence): a comment announces a line, the text goes on, the
 * same comment comes again. Models need no instructions for it. This can fail while the loss stays flat.
 * @yields one score after another, all scalings of a question together
 * @throws PaddockError `bad-request` for no question or a window that the model cannot have, `cancelled`, `runtime`
 */
export async function* firstLine(
  model: LanguageModel,
  questions: readonly LineQuestion[],
  { window, scalings, signal, pause }: LongTextOptions,
): AsyncGenerator<RetrievalRow> {
  const lengths = lengthsUpTo(window);
  const asked = longEnough(model, questions, window);
  if (asked.length === 0) {
    throw new PaddockError(
      'bad-request',
      `No text is as long as ${lengths.at(-1)} tokens. Measure a smaller window, or more files.`,
    );
  }
  for (const question of asked) {
    for (const { name, scaling } of scalings) {
      for (const length of [...lengths, undefined]) {
        throwIfCancelled(signal);
        const prompt = promptOf(model, question, (length ?? (lengths[0] as number)) - ANSWER, length !== undefined);
        const session = model.newSession({ window, ...(scaling && { scaling }) });
        const tokens = await answer(model, session, prompt, { signal, pause });
        session.evict();
        yield { scaling: name, length, score: rougeL(tokens, model.tokenizer.encodeContinuation(question.line)) };
      }
    }
  }
}

/** @param isShown whether the line is there to be found */
function promptOf(model: LanguageModel, { line, rest, comment }: LineQuestion, length: number, isShown: boolean): number[] {
  const { tokenizer } = model;
  const marker = `${comment} The line below is asked for again.\n`;
  const before = textPrompt(model, isShown ? tokenizer.encode(marker + line) : []);
  const ask = tokenizer.encodeContinuation(`\n${marker}`);
  const room = Math.max(0, length - before.length - ask.length);
  return [...before, ...tokenizer.encodeContinuation(`\n${rest}`).slice(0, room), ...ask];
}

/** Greedily, up to the end of the line. */
async function answer(
  model: LanguageModel,
  session: ReturnType<LanguageModel['newSession']>,
  prompt: readonly number[],
  { signal, pause }: Pick<LongTextOptions, 'signal' | 'pause'>,
): Promise<number[]> {
  const { tokenizer, stopTokens } = model;
  const tokens: number[] = [];
  for await (const { token } of generate(session, prompt, { maxTokens: ANSWER, sampling: GREEDY, stopTokens, signal, pause })) {
    if (tokenizer.texts[token]?.includes('\n')) break;
    tokens.push(token);
  }
  return tokens;
}
