import type { Constraint } from '../sampling/beginning.ts';
import { type Choice, GREEDY, type SamplingOptions } from '../sampling/sampler.ts';
import type { Stop } from '../sampling/stop.ts';
import type { Session } from '../session/session.ts';
import { generate } from './generate.ts';
import type { LanguageModel } from './model.ts';
import { PromptLookup } from './promptLookup.ts';
import type { Recall } from './recall.ts';
import { Acceptance, Speculation } from './speculation.ts';
import { TextStream } from './textStream.ts';
import type { Pause } from './turns.ts';

/** Options that every request for text has. */
export interface GenerationRequest {
  readonly maxTokens: number;
  /** Greedy unless told. */
  readonly sampling?: SamplingOptions;
  /** The text ends before the first of these. */
  readonly stop?: readonly string[];
  /** Drafts by prompt look-up; on unless told. */
  readonly speculate?: boolean;
}

export interface TextOptions {
  readonly maxTokens: number;
  /** Greedy unless told. */
  readonly sampling?: SamplingOptions | undefined;
  /** The text ends before the first of these. */
  readonly stops: readonly Stop[];
  /** What the tokens must begin with; the text leaves it out. */
  readonly beginning?: { readonly text: string; readonly constraint: Constraint };
  /** Whether nothing after this token will be wanted. */
  readonly isEnd?: (token: number) => boolean;
  /** Drafts by look-up; on unless told. */
  readonly speculate?: boolean | undefined;
  /** What is remembered beyond the model; it has followed the prompt. */
  readonly recall?: Recall | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Aborted when nothing of what follows is wanted: it then ends with what there is. */
  readonly enough?: AbortSignal | undefined;
  readonly pause?: Pause | undefined;
  /** Told of each token before the text that is certain with it. */
  readonly onToken?: OnToken | undefined;
}

/** Called with each token as it comes; its end may lie beyond that of the text. */
export type OnToken = (mark: TokenMark) => void;

export interface GenerationStats {
  readonly promptTokens: number;
  /** Prompt tokens that were not computed again. */
  readonly reusedTokens: number;
  readonly generatedTokens: number;
  /** Tokens that were drafted by look-up and run along with others, and those of them that were right. */
  readonly drafted: number;
  readonly accepted: number;
  readonly prefillMs: number;
  readonly decodeMs: number;
}

/** Where a token ends in the text, and how probable it was. */
export interface TokenMark {
  /** Characters of the text up to its end; those of a token that also ends the text are the whole text. */
  readonly end: number;
  /** Natural logarithm of its probability: of the mixture, where the memory of the workspace is drawn on. */
  readonly logProbability: number;
}

export interface GeneratedText {
  readonly text: string;
  /** `stop`: the model, a stop rule or the `enough` signal ended it; `length`: maxTokens or the window ended it. */
  readonly finish: 'stop' | 'length';
  /** Geometric mean of the probabilities of the generated tokens, 0–1. */
  readonly confidence: number;
  /** The generated tokens in order: the sum of their logarithms up to a place is that of the text up to there. */
  readonly marks: readonly TokenMark[];
  /** Each token with its log-probability and its alternatives, when {@link SamplingOptions.alternatives} asks for them. */
  readonly tokens?: readonly Choice[];
  readonly stats: GenerationStats;
}

/**
 * Continues a prompt as text.
 * @yields pieces of text as they are certain
 * @throws PaddockError `cancelled`, `bad-request`, `runtime`
 */
export async function* streamText(
  model: LanguageModel,
  session: Session,
  prompt: readonly number[],
  options: TextOptions,
): AsyncGenerator<string, GeneratedText> {
  const { sampling = GREEDY, beginning, recall } = options;
  const stream = new TextStream(model.tokenizer, options.stops, beginning?.text);
  const speculation =
    (options.speculate ?? true) ? new Speculation(recall ?? new PromptLookup(), new Acceptance(session.runCosts)) : undefined;
  const choices: Choice[] = [];
  const clock = { started: performance.now(), prefilled: 0, reusedTokens: 0 };

  const tokens = generate(session, prompt, {
    maxTokens: options.maxTokens,
    sampling,
    stopTokens: model.stopTokens,
    ...(beginning && { beginning: beginning.constraint }),
    ...(options.isEnd && { isEnd: options.isEnd }),
    speculation,
    recall,
    signal: options.signal,
    pause: options.pause,
    onPrefill: (reusedTokens) => Object.assign(clock, { prefilled: performance.now(), reusedTokens }),
  });
  let finish: 'stop' | 'length' | undefined;
  try {
    while (finish === undefined && !options.enough?.aborted) {
      const next = await tokens.next();
      if (next.done) {
        finish = next.value;
        break;
      }
      choices.push(next.value);
      const { piece, ended } = stream.push(next.value.token);
      options.onToken?.({ end: stream.end, logProbability: next.value.logProbability });
      if (piece) yield piece;
      if (ended) finish = 'stop';
    }
  } finally {
    await tokens.return('stop'); // removes rejected draft tokens
  }
  const rest = stream.finish();
  if (rest) yield rest;
  return {
    text: stream.text,
    finish: finish ?? 'stop',
    marks: marksOf(stream, choices),
    confidence: confidence(choices),
    ...(sampling.alternatives && { tokens: choices }),
    stats: { promptTokens: prompt.length, generatedTokens: choices.length, ...spent(clock, speculation) },
  };
}

interface Clock {
  readonly started: number;
  readonly prefilled: number;
  readonly reusedTokens: number;
}

function spent({ started, prefilled, reusedTokens }: Clock, speculation: Speculation | undefined) {
  return {
    reusedTokens,
    drafted: speculation?.drafted ?? 0,
    accepted: speculation?.accepted ?? 0,
    prefillMs: prefilled - started,
    decodeMs: performance.now() - prefilled,
  };
}

/** Runs a generation to its end. @param onText is given each piece of its text */
export async function untilEnd<Result>(
  pieces: AsyncGenerator<string, Result>,
  onText?: (piece: string) => void,
): Promise<Result> {
  for (;;) {
    const next = await pieces.next();
    if (next.done) return next.value;
    onText?.(next.value);
  }
}

/** @param choices the tokens that the stream was given */
export function marksOf(stream: TextStream, choices: readonly Choice[]): TokenMark[] {
  const { ends } = stream;
  return choices.map(({ logProbability }, i) => ({ end: ends[i] as number, logProbability }));
}

function confidence(choices: readonly Choice[]): number {
  if (choices.length === 0) return 0;
  return Math.exp(choices.reduce((sum, { logProbability }) => sum + logProbability, 0) / choices.length);
}
