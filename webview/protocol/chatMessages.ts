/** The messages that the chat panel shows, and what is known of an answer. */
import { isSentAttachment, type SentAttachment } from './chatAttachments.ts';
import { type Check, isCheck } from './chatPins.ts';
import { isShownJudging, type ShownJudging } from './chatPreference.ts';
import { isShownDecision, type ShownDecision } from './chatRefusals.ts';
import { isBoolean, isCount, isFiniteNumber, isListOf, isNullable, isObject, isOneOf, isString } from './guards.ts';

/** How far a message has come; an answer that was ended by the person is `stopped`. */
export const MESSAGE_STATES = ['done', 'streaming', 'stopped', 'failed'] as const;
export type MessageState = (typeof MESSAGE_STATES)[number];

/** How an answer came about. */
export interface AnswerNumbers {
  readonly tokens: number;
  readonly tokensPerSecond: number;
  readonly firstTokenMs: number;
  readonly device: string;
}

/** How sure a model can be of what it says: less probable than not, and next to a guess. */
const DOUBT_LEVELS = ['low', 'lowest'] as const;

/** A stretch of an answer that the model gave little probability to, in characters of its text. */
export interface Doubt {
  readonly from: number;
  readonly to: number;
  readonly level: (typeof DOUBT_LEVELS)[number];
}

export interface ShownMessage {
  readonly id: string;
  readonly role: 'user' | 'assistant';
  /** Markdown, of an answer; as typed, of a question. */
  readonly text: string;
  readonly attachments: readonly SentAttachment[];
  /** Labels of the examples that were given with a question. */
  readonly examples: readonly string[];
  readonly state: MessageState;
  /** Why it failed; empty otherwise. */
  readonly error: string;
  readonly numbers: AnswerNumbers | null;
  /** Of an answer, of models that decide by a first token. */
  readonly decision: ShownDecision | null;
  /** Of an answer that can be judged. */
  readonly judging: ShownJudging | null;
  /** What is to be shaded, in order; none where shading is off. */
  readonly doubts: readonly Doubt[];
  /** Names in its code that existed nowhere when it was given. */
  readonly unknown: readonly string[];
  /** Whether an answer keeps to what was pinned when it was given. */
  readonly checks: readonly Check[];
  /** Of a question: whether it stays in the window with its answer. */
  readonly pinned: boolean;
  /** Which of so many versions of this message is shown, from 0. */
  readonly version: { readonly index: number; readonly count: number };
  /** Whether it was left out of the last prompt, for want of room. */
  readonly leftOut: boolean;
  /** Characters of its beginning that were cut off the last prompt. */
  readonly cut: number;
  /** Of an answer: what stood for the messages that had no room before it; empty for nothing. */
  readonly summary: string;
}

export const isDoubt = isObject<Doubt>({ from: isCount, to: isCount, level: isOneOf(...DOUBT_LEVELS) });

export const isAnswerNumbers = isObject<AnswerNumbers>({
  tokens: isCount,
  tokensPerSecond: isFiniteNumber,
  firstTokenMs: isFiniteNumber,
  device: isString,
});

export const isMessage = isObject<ShownMessage>({
  id: isString,
  role: isOneOf('user', 'assistant'),
  text: isString,
  attachments: isListOf(isSentAttachment),
  examples: isListOf(isString),
  state: isOneOf(...MESSAGE_STATES),
  error: isString,
  numbers: isNullable(isAnswerNumbers),
  decision: isNullable(isShownDecision),
  judging: isNullable(isShownJudging),
  doubts: isListOf(isDoubt),
  unknown: isListOf(isString),
  checks: isListOf(isCheck),
  pinned: isBoolean,
  version: isObject<ShownMessage['version']>({ index: isCount, count: isCount }),
  leftOut: isBoolean,
  cut: isCount,
  summary: isString,
});
