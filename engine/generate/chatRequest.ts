import type { Conversation } from '../chat/conversation.ts';
import type { Format } from '../chat/formats.ts';
import { OVERFLOW_POLICIES } from '../chat/plan.ts';
import type { SamplingOptions } from '../sampling/sampler.ts';
import type { GenerationRequest, OnToken } from './streamText.ts';
import type { Pause } from './turns.ts';

/** What is left out when a conversation is longer than the window; `summary`: the oldest turns, replaced by the model's own summary. */
const CHAT_OVERFLOW = [...OVERFLOW_POLICIES, 'summary'] as const;
export type ChatOverflow = (typeof CHAT_OVERFLOW)[number];

/** What of a conversation is to be answered, and how. */
export interface ChatRequest extends GenerationRequest {
  readonly conversation: Conversation;
  /** Greedy with a repetition penalty of 1.15 unless told. */
  readonly sampling?: SamplingOptions;
  readonly overflow: ChatOverflow;
  /**
   * Tokens that the prompt leaves free in the window for the answer, half of the window at most; `maxTokens` unless told. An answer that
   * takes more makes a sliding window slide.
   */
  readonly reserve?: number;
  /** The model's own prompt format unless told. */
  readonly format?: Format | 'own';
  /**
   * It refuses if a refusal is more probable than this, 0–1. In models that decide by a first token (Jain et al. 2024, arXiv 2412.06748)
   * the default is whichever is more probable; in others the words that refusals begin with decide, and only if this is set.
   */
  readonly refuseAbove?: number;
}

/** Tokens that are kept free for an answer. */
export function reserveOf({ reserve, maxTokens }: Pick<ChatRequest, 'reserve' | 'maxTokens'>): number {
  return reserve ?? maxTokens;
}

export interface ChatOptions {
  /** What the model is called; some prompt formats are known by it. */
  readonly name: string;
  readonly signal?: AbortSignal | undefined;
  /** Awaited between runs. */
  readonly pause?: Pause | undefined;
  /** Told of each token before the piece of text that ends with it. */
  readonly onToken?: OnToken | undefined;
}
