import type { CompleteParams, TokenMark } from '../../engine/index.ts';
import type { CursorContext } from './context.ts';

/** A suggestion, and what it was made from. */
export interface Suggestion {
  /** What of it can be shown. */
  readonly text: string;
  /** All that the model said. */
  readonly said: string;
  readonly marks: readonly TokenMark[];
  /** Of a block of which only the first line was computed, because that hides it: where it begins. */
  readonly begun?: Begun | undefined;
}

/** If a block was requested: its place and options. */
export interface Begun {
  readonly context: CursorContext;
  readonly params: CompleteParams;
}

/** The model's probabilities of the part of a suggestion's first line that is not typed yet. Logarithms are natural. */
export interface Evidence {
  /** Logarithm of the probability of the whole line. */
  readonly logProbability: number;
  readonly characters: number;
}

/** A suggestion up to the end of its first line with something visible on it: what is taken or refused as a whole. */
export function firstLine(text: string): string {
  return /^\s*\S[^\r\n]*/.exec(text)?.[0] ?? text;
}

/**
 * Of a partly typed token only the rest counts, as if its characters shared the log-probability equally.
 * @param typed characters of the suggestion that are typed already
 */
export function evidenceOf({ text, said, marks }: Suggestion, typed = 0): Evidence {
  const line = firstLine(text);
  // Where a filter has changed the beginning, the line is as long as the model made it.
  const end = said.startsWith(line) ? line.length : firstLine(said).length;
  let [from, logProbability] = [0, 0];
  for (const mark of marks) {
    const start = from;
    from = mark.end;
    if (start >= end || mark.end <= typed) continue;
    const left = start >= typed ? 1 : (mark.end - typed) / (mark.end - start);
    logProbability += left * mark.logProbability;
  }
  return { logProbability, characters: Math.max(0, end - typed) };
}

/** Logarithms of the probabilities of the tokens of what is left of a suggestion: of those that stand in it, whole or in part. */
export function tokensOf({ marks }: Suggestion, typed: number, text: string): number[] {
  const starts = marks.map((_, i) => marks[i - 1]?.end ?? 0);
  const within = marks.filter(({ end }, i) => end > typed && (starts[i] ?? 0) < typed + text.length);
  return within.map(({ logProbability }) => logProbability);
}
