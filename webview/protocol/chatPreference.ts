/** Preferences in the chat panel: how many answers are generated for a question, their scores, and the person's judgements. */
import { isShare } from './chatRefusals.ts';
import {
  type Guard,
  isBoolean,
  isCount,
  isFiniteNumber,
  isId,
  isListOf,
  isNullable,
  isObject,
  isOneOf,
  isString,
} from './guards.ts';

/** How many answers can be drawn, of which the best is shown. */
export const CANDIDATE_COUNTS = [1, 2, 4, 8, 16] as const;
export type CandidateCount = (typeof CANDIDATE_COUNTS)[number];

/** By how much one answer is better than another, as annotators of LLaMA 2 said it (Touvron et al. 2023, section 3.2.1). */
export const GRADES = ['significantly', 'better', 'slightly', 'negligibly'] as const;
export type Grade = (typeof GRADES)[number];

/** What of an answer is judged: how helpful it is, or how safe. */
export const HEADS = ['helpful', 'safe'] as const;
export type Head = (typeof HEADS)[number];

const THUMBS = ['up', 'down'] as const;
export type Thumb = (typeof THUMBS)[number];

/** Why an answer is ranked by safety: its question may be unsafe, or it seems so itself. */
const GATES = ['tagged', 'unsafe'] as const;
export type Gate = (typeof GATES)[number];

/** What the heads say of an answer, each 0–1: how helpful, how safe, and what of the two counts. */
export interface ShownScores {
  readonly helpful: number;
  readonly safe: number;
  readonly combined: number;
}

/** One of several answers to the same question. */
export interface ShownVersion {
  readonly id: string;
  readonly text: string;
  /** Null where it was not drawn as a candidate. */
  readonly scores: ShownScores | null;
  /** Null where it is ranked by helpfulness. */
  readonly gate: Gate | null;
}

/** What most of the candidates say, where they are short. */
export interface ShownVote {
  readonly answer: string;
  readonly votes: number;
  readonly of: number;
}

/** What is shown for judging an answer. */
export interface ShownJudging {
  /** How many are being drawn, of which it is to be the best; 0 where it is there, or drawn alone. */
  readonly drawing: number;
  readonly thumb: Thumb | null;
  /** All versions of the answer, the first one first; none where there is no other. */
  readonly versions: readonly ShownVersion[];
  /** Names of those that were drawn together with it, the best first; none where it was drawn alone. */
  readonly order: readonly string[];
  /** How many were drawn, itself among them: more than the order has names where some said the same; 0 where it was drawn alone. */
  readonly drawn: number;
  /** Whether that order is the person's own. */
  readonly isRanked: boolean;
  readonly vote: ShownVote | null;
}

/** How many answers are drawn for the next question. */
export interface ShownBest {
  readonly count: CandidateCount;
  /** At most so many, and why not more; empty where all can be had. */
  readonly most: CandidateCount;
  readonly reason: string;
  /** How far the choice takes answers from the model's own, in nats. */
  readonly divergence: number;
}

/** The person's judgements of answers. */
export type PreferenceIntent =
  | { readonly kind: 'best'; readonly count: CandidateCount }
  /** Null takes back what was said. */
  | { readonly kind: 'thumb'; readonly message: string; readonly thumb: Thumb | null }
  /** Shows another version of an answer. */
  | { readonly kind: 'choose'; readonly message: string }
  /** The person's order of candidates, the best first. */
  | { readonly kind: 'rank'; readonly order: readonly string[] }
  | { readonly kind: 'compare'; readonly head: Head; readonly better: string; readonly worse: string; readonly grade: Grade }
  /** Opens the page of judgements. */
  | { readonly kind: 'preferences' };

const isCandidateCount = isOneOf(...CANDIDATE_COUNTS);

export const isScores = isObject<ShownScores>({ helpful: isShare, safe: isShare, combined: isShare });

export const isGate = isOneOf(...GATES);

export const isThumb = isOneOf(...THUMBS);

const isShownVote = isObject<ShownVote>({ answer: isString, votes: isCount, of: isCount });

export const isShownJudging = isObject<ShownJudging>({
  drawing: isCount,
  thumb: isNullable(isThumb),
  versions: isListOf(
    isObject<ShownVersion>({ id: isString, text: isString, scores: isNullable(isScores), gate: isNullable(isGate) }),
  ),
  order: isListOf(isString),
  drawn: isCount,
  isRanked: isBoolean,
  vote: isNullable(isShownVote),
});

export const isShownBest = isObject<ShownBest>({
  count: isCandidateCount,
  most: isCandidateCount,
  reason: isString,
  divergence: isFiniteNumber,
});

type IntentOf<Kind extends PreferenceIntent['kind']> = Extract<PreferenceIntent, { kind: Kind }>;

/** A guard for each kind: one that is forgotten does not compile. */
export const PREFERENCE_INTENTS: { readonly [Kind in PreferenceIntent['kind']]: Guard<IntentOf<Kind>> } = {
  best: isObject<IntentOf<'best'>>({ kind: isOneOf('best'), count: isCandidateCount }),
  thumb: isObject<IntentOf<'thumb'>>({ kind: isOneOf('thumb'), message: isId, thumb: isNullable(isThumb) }),
  choose: isObject<IntentOf<'choose'>>({ kind: isOneOf('choose'), message: isId }),
  rank: isObject<IntentOf<'rank'>>({ kind: isOneOf('rank'), order: isListOf(isId) }),
  compare: isObject<IntentOf<'compare'>>({
    kind: isOneOf('compare'),
    head: isOneOf(...HEADS),
    better: isId,
    worse: isId,
    grade: isOneOf(...GRADES),
  }),
  preferences: isObject<IntentOf<'preferences'>>({ kind: isOneOf('preferences') }),
};
