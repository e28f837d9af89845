import { answerPrompt, type CompletionContext, completionPrompt, SUFFIX_SHARE } from '../prompt/fillInTheMiddle.ts';
import { type HealedPrompt, heal } from '../prompt/healing.ts';
import { lineBreaks } from '../prompt/lines.ts';
import { readingOrder, tokensBeforeCursor } from '../prompt/readingOrder.ts';
import { Beginning } from '../sampling/beginning.ts';
import type { Stop } from '../sampling/stop.ts';
import type { Session } from '../session/session.ts';
import type { LanguageModel } from './model.ts';
import { type GeneratedText, type GenerationRequest, type OnToken, streamText } from './streamText.ts';
import type { Pause } from './turns.ts';
import type { Surroundings, WorkspaceMemory } from './workspaceMemory.ts';

/** What to complete, and how far. */
export interface CompletionRequest extends CompletionContext, GenerationRequest {
  /** Whether the answer may go past the first line. */
  readonly multiline: boolean;
  /** Whether it may draw on the memory of the workspace; it does unless told. */
  readonly memory?: boolean;
  /** Whether a word that the cursor cuts is taken back; it is unless told. */
  readonly healing?: boolean;
  /**
   * Whether the text before the cursor ends with a suggestion that is not accepted yet: nothing is learned from it, and nobody is
   * waiting.
   */
  readonly ahead?: boolean;
}

export interface CompletionOptions {
  /** What is remembered of the workspace. */
  readonly workspace?: WorkspaceMemory;
  readonly signal?: AbortSignal | undefined;
  /** Aborted when no more of it is wanted. */
  readonly enough?: AbortSignal | undefined;
  /** Awaited between runs. */
  readonly pause?: Pause;
  /** Told of each token before the text that is certain with it. */
  readonly onToken?: OnToken;
}

/** One line, or a block up to its first blank line. Line breaks before the first visible character do not count for a block. */
export const LINE_END: Stop = { pattern: /\r?\n/, partial: /\r$/ };
const BLOCK_END: Stop = { pattern: /(?<=\S[^\n]*)\r?\n[ \t]*\r?\n/, partial: /(?<=\S[^\n]*)(?:\r|\r?\n[ \t]*\r?)$/ };

/**
 * Completes code at a cursor.
 * @yields pieces of text as they are generated
 * @throws PaddockError `cancelled`, `runtime`
 */
export async function* complete(
  model: LanguageModel,
  session: Session,
  request: CompletionRequest,
  { workspace, signal, enough, pause, onToken }: CompletionOptions = {},
): AsyncGenerator<string, GeneratedText> {
  const { tokenizer, config } = model;
  const { maxTokens, multiline, sampling, stop = [], speculate } = request;
  const { tokens, healed } = promptOf(model, session, request);
  // An answer's tokens do not follow those of its input.
  const remembers = (request.memory ?? true) && config.answerStart === undefined;
  const read = readingOrder(tokens, tokenizer);
  if (remembers && !request.ahead) workspace?.learn(read);
  const recall = remembers ? workspace?.recall(read, request.path, around(request, read, model, session)) : undefined;
  if (sampling?.repeatable) session.forgetUneven();
  const text = streamText(model, session, tokens, {
    maxTokens,
    sampling,
    stops: [multiline ? BLOCK_END : LINE_END, ...stop],
    beginning: { text: healed, constraint: new Beginning(tokenizer.texts, healed) },
    ...(!multiline && { isEnd: (token: number) => tokenizer.texts[token]?.includes('\n') ?? false }),
    speculate,
    recall,
    signal,
    enough,
    pause,
    onToken,
  });
  try {
    return yield* text;
  } finally {
    if (recall && !request.ahead) workspace?.settle(read, recall.recalled);
  }
}

/** Where a completion's prompt stands in its document. @param read the prompt, in reading order */
export function around(
  { prefix, suffix }: CompletionContext,
  read: readonly number[],
  { tokenizer }: LanguageModel,
  { contextLength }: Session,
): Surroundings {
  const shownAfter = Math.floor(contextLength * SUFFIX_SHARE);
  const shownBefore = tokensBeforeCursor(read, tokenizer);
  return { breaksBefore: lineBreaks(prefix), breaksAfter: lineBreaks(suffix), shownBefore, shownAfter };
}

/** What the model continues, and which end of the text before the cursor it generates again. */
export function promptOf({ tokenizer, config }: LanguageModel, session: Session, request: CompletionRequest): HealedPrompt {
  const { answerStart: start, bosTokenId, eosTokenIds, contextLength } = config;
  // The encoder reads the text before the cursor, so the answer has no beginning to take back.
  if (start !== undefined) {
    return { tokens: answerPrompt(request, tokenizer, { start, end: eosTokenIds[0] }, contextLength), healed: '' };
  }
  const budget = session.contextLength - Math.min(request.maxTokens, session.contextLength >> 1);
  const prompt = completionPrompt(request, tokenizer, bosTokenId, budget);
  return (request.healing ?? true) ? heal(prompt, tokenizer) : { tokens: prompt, healed: '' };
}
