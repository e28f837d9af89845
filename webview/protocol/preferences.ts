/** Messages between the page of preferences and the extension. The page keeps no state of its own: each view replaces the one before. */
import {
  CANDIDATE_COUNTS,
  type CandidateCount,
  GRADES,
  type Grade,
  HEADS,
  type Head,
  isScores,
  type ShownScores,
} from './chatPreference.ts';
import {
  type Guard,
  hasTexts,
  isBoolean,
  isCount,
  isFiniteNumber,
  isListOf,
  isNullable,
  isObject,
  isOneOf,
  isString,
} from './guards.ts';
import { PREFERENCES_TEXT_KEYS } from './preferencesTexts.ts';

/** Kinds of judgements; what becomes of inline completions is a weak one. */
export const JUDGEMENT_KINDS = ['comparison', 'ranking', 'thumb', 'suggestion'] as const;
export type JudgementKind = (typeof JUDGEMENT_KINDS)[number];

/** A share with its 95 % interval; null where there are no cases. */
export interface ShownShare {
  readonly value: number | null;
  readonly low: number;
  readonly high: number;
  readonly of: number;
}

/** How often a head is right about comparisons of a grade that it has not learnt from. */
export interface ShownAccuracy extends ShownShare {
  readonly grade: Grade;
  /** What LLaMA 2's reward model reached. */
  readonly paper: number;
}

/** The same of all grades. */
export interface ShownHead {
  readonly head: Head;
  /** Of rankings, too, which have no grades. */
  readonly all: ShownShare;
  /** As LLaMA 2's reward model. */
  readonly paper: number;
  readonly grades: readonly ShownAccuracy[];
}

/** How far the heads can be trusted. */
export interface ShownMeter {
  readonly comparisons: number;
  /** The helpful one first. */
  readonly heads: readonly ShownHead[];
  /** Between what the heads say of answers and how long these are, −1 … 1; null where there are too few. */
  readonly lengthCorrelation: number | null;
  /** Of the answers lately given. */
  readonly refusals: ShownShare;
  /** Candidates at most, and why not more; empty where all can be had. */
  readonly most: CandidateCount;
  readonly reason: string;
}

/** Heads as they were learnt at one time. */
export interface ShownHeads {
  readonly version: number;
  /** As the person writes it; empty of those that shipped. */
  readonly when: string;
  readonly judgements: number;
  readonly isActive: boolean;
}

/** What two heads that disagree say of an answer (Touvron et al. 2023, appendix A.4.1); `agree` of all others. */
export const CORNERS = ['agree', 'helpfulUnsafe', 'safeUnhelpful'] as const;
export type Corner = (typeof CORNERS)[number];

export interface ShownPoint extends ShownScores {
  readonly corner: Corner;
  /** How the answer begins, and when it was given, as the person writes it. */
  readonly text: string;
  readonly when: string;
}

/** All that the page shows. */
export interface PreferencesView {
  readonly kind: 'view';
  /** The open model; empty where none is. */
  readonly model: string;
  /** What went wrong last; empty where nothing did. */
  readonly problem: string;
  /** What was done last. */
  readonly done: string;
  readonly counts: readonly { readonly kind: JudgementKind; readonly count: number }[];
  readonly meter: ShownMeter | null;
  /** The latest first. */
  readonly versions: readonly ShownHeads[];
  /** Above which an answer is helpful or safe to the plot, and below which safety decides. */
  readonly unsafeBelow: number;
  readonly answers: readonly ShownPoint[];
}

/** What is wanted without more words. */
const PLAIN = ['ready', 'retrain', 'export', 'import', 'erase', 'reset'] as const;
interface PlainIntent {
  readonly kind: (typeof PLAIN)[number];
}

/** The person's intents. */
export type PreferencesIntent =
  | PlainIntent
  /** Uses heads of another time. */
  | { readonly kind: 'activate'; readonly version: number };

/** Texts of the page, in the language of the editor. `{0}` stands for a value. */
export type PreferencesTexts = Readonly<Record<(typeof PREFERENCES_TEXT_KEYS)[number], string>>;

const share = { value: isNullable(isFiniteNumber), low: isFiniteNumber, high: isFiniteNumber, of: isCount };
const isShownShare = isObject<ShownShare>(share);

const isMeter = isObject<ShownMeter>({
  comparisons: isCount,
  heads: isListOf(
    isObject<ShownHead>({
      head: isOneOf(...HEADS),
      all: isShownShare,
      paper: isFiniteNumber,
      grades: isListOf(isObject<ShownAccuracy>({ ...share, grade: isOneOf(...GRADES), paper: isFiniteNumber })),
    }),
  ),
  lengthCorrelation: isNullable(isFiniteNumber),
  refusals: isShownShare,
  most: isOneOf(...CANDIDATE_COUNTS),
  reason: isString,
});

const isShownHeads = isObject<ShownHeads>({
  version: isCount,
  when: isString,
  judgements: isCount,
  isActive: isBoolean,
});

const isAbout = isObject<Omit<ShownPoint, keyof ShownScores>>({ corner: isOneOf(...CORNERS), text: isString, when: isString });
const isPoint: Guard<ShownPoint> = (value): value is ShownPoint => isScores(value) && isAbout(value);

export const isPreferencesView: Guard<PreferencesView> = isObject<PreferencesView>({
  kind: isOneOf('view'),
  model: isString,
  problem: isString,
  done: isString,
  counts: isListOf(isObject<PreferencesView['counts'][number]>({ kind: isOneOf(...JUDGEMENT_KINDS), count: isCount })),
  meter: isNullable(isMeter),
  versions: isListOf(isShownHeads),
  unsafeBelow: isFiniteNumber,
  answers: isListOf(isPoint),
});

const isPlain = isObject<PlainIntent>({ kind: isOneOf(...PLAIN) });
const isActivate = isObject<Extract<PreferencesIntent, { kind: 'activate' }>>({ kind: isOneOf('activate'), version: isCount });

export const isPreferencesIntent: Guard<PreferencesIntent> = (value): value is PreferencesIntent =>
  isPlain(value) || isActivate(value);

export const isPreferencesTexts: Guard<PreferencesTexts> = hasTexts(PREFERENCES_TEXT_KEYS);
