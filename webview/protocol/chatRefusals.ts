/** What the chat panel shows and sends of refusals: the dial, the prompt that conversations begin with, and how answers were decided. */
import { type Guard, isBoolean, isFiniteNumber, isNullable, isObject, isOneOf, isString } from './guards.ts';

/** What conversations are told before all else: nothing, one of Paddock's own texts, or the person's. */
export const PROMPT_LEVELS = ['none', 'brief', 'cautious', 'custom'] as const;
export type PromptLevel = (typeof PROMPT_LEVELS)[number];

/** What is set for a model. */
export interface RefusalSettings {
  /** It refuses where it finds that more probable than this, 0–1; null: it decides by itself. */
  readonly threshold: number | null;
  readonly level: PromptLevel;
  /** The prompt in the person's own words; empty for none. */
  readonly custom: string;
}

/** How a model answers for which nothing is set. */
export const BY_ITSELF: RefusalSettings = { threshold: null, level: 'none', custom: '' };

/** Where refusing and answering are equally probable: what a model does by itself, and the middle of the dial. */
export const BALANCED = 0.5;

/** Thresholds have four places behind the point: the strict side of the dial lies close to 0. */
export const THRESHOLD_STEPS = 10_000;

/** What is set for the open model, and what there is to be set. */
export interface ShownRefusals extends RefusalSettings {
  /** Whether the model says by a first token whether it refuses. */
  readonly canDial: boolean;
  /** The texts of the levels, as the model is told them. */
  readonly prompts: Readonly<Record<Exclude<PromptLevel, 'none' | 'custom'>, string>>;
}

/** How it was decided whether a question was to be answered. */
export interface ShownDecision {
  /** Of a refusal, and above which it would have come to one; 0–1. */
  readonly probability: number;
  readonly threshold: number;
  readonly refused: boolean;
  /** Where the dial would have to stand to let such a question pass; null where nothing is offered. */
  readonly offer: number | null;
}

export const isShare: Guard<number> = (value): value is number => isFiniteNumber(value) && value >= 0 && value <= 1;

const settings = { threshold: isNullable(isShare), level: isOneOf(...PROMPT_LEVELS), custom: isString };

export const isRefusalSettings = isObject<RefusalSettings>(settings);

export const isShownRefusals = isObject<ShownRefusals>({
  ...settings,
  canDial: isBoolean,
  prompts: isObject<ShownRefusals['prompts']>({ brief: isString, cautious: isString }),
});

export const isShownDecision = isObject<ShownDecision>({
  probability: isShare,
  threshold: isShare,
  refused: isBoolean,
  offer: isNullable(isShare),
});
