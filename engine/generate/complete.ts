import { completionPrompt } from '../prompt/fillInTheMiddle.ts';
import { heal } from '../prompt/healing.ts';
import { Beginning } from '../sampling/beginning.ts';
import { GREEDY, type SamplingOptions } from '../sampling/sampler.ts';
import type { Session } from '../session/session.ts';
import { generate } from './generate.ts';
import type { LanguageModel } from './languageModel.ts';
import { TextStream } from './textStream.ts';

/** What to complete, and how far. */
export interface CompletionRequest {
  readonly prefix: string;
  readonly suffix: string;
  readonly path: string;
  readonly maxTokens: number;
  readonly multiline: boolean;
  readonly sampling?: SamplingOptions;
}

export interface Completion {
  readonly text: string;
  readonly finish: 'stop' | 'length';
  /** Geometric mean of the tokens' probabilities, 0–1. */
  readonly confidence: number;
  readonly stats: {
    readonly promptTokens: number;
    readonly reusedTokens: number;
    readonly generatedTokens: number;
    readonly prefillMs: number;
    readonly decodeMs: number;
  };
}

/** One line, or a block up to its first blank line. Line breaks before the first visible character do not count for a block. */
const LINE_END = /\r?\n/;
const BLOCK_END = /(?<=\S[^\n]*)\r?\n[ \t]*\r?\n/;

/**
 * Completes code at a cursor.
 * @yields pieces of text as they are generated
 * @throws PaddockError `cancelled`, `runtime`
 */
export async function* complete(
  model: LanguageModel,
  session: Session,
  request: CompletionRequest,
  signal?: AbortSignal,
): AsyncGenerator<string, Completion> {
  const budget = session.contextLength - Math.min(request.maxTokens, session.contextLength >> 1);
  const { tokens: prompt, healed } = heal(
    completionPrompt(request, model.tokenizer, model.config.bosTokenId, budget),
    model.tokenizer,
  );
  const stream = new TextStream(model.tokenizer, request.multiline ? BLOCK_END : LINE_END, healed);
  const started = performance.now();
  let prefilled = started;
  let reusedTokens = 0;
  let generatedTokens = 0;
  let logProbability = 0;

  const tokens = generate(session, prompt, {
    maxTokens: request.maxTokens,
    sampling: request.sampling ?? GREEDY,
    stopTokens: model.stopTokens,
    beginning: new Beginning(model.tokenizer.texts, healed),
    signal,
    onPrefill(reused) {
      prefilled = performance.now();
      reusedTokens = reused;
    },
  });
  let finish: 'stop' | 'length' = 'stop';
  for (;;) {
    const next = await tokens.next();
    if (next.done) {
      finish = next.value;
      break;
    }
    generatedTokens++;
    logProbability += next.value.logProbability;
    const { piece, ended } = stream.push(next.value.token);
    if (piece) yield piece;
    if (ended) break;
  }
  return {
    text: stream.text,
    finish,
    confidence: generatedTokens === 0 ? 0 : Math.exp(logProbability / generatedTokens),
    stats: {
      promptTokens: prompt.length,
      reusedTokens,
      generatedTokens,
      prefillMs: prefilled - started,
      decodeMs: performance.now() - prefilled,
    },
  };
}
