/** Refusals in the chat panel: the dial and its levers, the system prompt, and how answers were decided. */
import { type Guard, isBoolean, isFiniteNumber, isListOf, isNullable, isObject, isOneOf, isPartOf, isString } from './guards.ts';

/** The system prompt: none, one of Paddock's own texts, or the person's. */
export const PROMPT_LEVELS = ['none', 'brief', 'cautious', 'custom'] as const;
export type PromptLevel = (typeof PROMPT_LEVELS)[number];

/**
 * What the dial can drive, the best first: a token that the model decides by, a direction of its residual stream, the words that refusals
 * begin with.
 */
export const LEVERS = ['token', 'direction', 'opening'] as const;
export type Lever = (typeof LEVERS)[number];

/** Why a lever is not there: or that it is. */
const LEVER_STATES = ['ready', 'noTokens', 'ownGraph', 'noDirection', 'decides', 'noOpenings'] as const;
export type LeverState = (typeof LEVER_STATES)[number];

export const STEERING_MODES = ['add', 'project'] as const;
export type SteeringMode = (typeof STEERING_MODES)[number];

/** Each lever by itself, as an expert sets it. */
export interface OwnLevers {
  /** Of the token: it refuses where that is more probable, 0–1; null: it decides by itself. */
  readonly threshold: number | null;
  /** Of the direction: added so many times, a negative number subtracts; or so much of it taken out. 0: not at all. */
  readonly mode: SteeringMode;
  readonly coefficient: number;
  /** On the words that refusals begin with, in nats: more is stricter. 0: none. */
  readonly bias: number;
}

/** What is set for a model. */
export interface RefusalSettings {
  /** Where the dial stands: refused is what is more probably refused than this, 0–1; null: the model decides by itself. */
  readonly threshold: number | null;
  readonly level: PromptLevel;
  /** The prompt in the person's own words; empty for none. */
  readonly custom: string;
  /** Path of the direction to use; empty for the first there is. */
  readonly direction: string;
  /** Instead of the dial; null: the dial drives the best lever. */
  readonly own: OwnLevers | null;
}

/**
 * What is changed of it; the rest stays. A page sends no more, because what it shows may be older than what it sent last. Levers by
 * themselves are turned on with all values.
 */
export type RefusalChange = Partial<Omit<RefusalSettings, 'own'> & { readonly own: Partial<OwnLevers> | null }>;

/** How a model answers for which nothing is set. */
export const BY_ITSELF: RefusalSettings = { threshold: null, level: 'none', custom: '', direction: '', own: null };

/** Where refusing and answering are equally probable: what a model does by itself, and the middle of the dial. */
export const BALANCED = 0.5;

/** Thresholds have four places behind the point: the strict side of the dial lies close to 0. */
export const THRESHOLD_STEPS = 10_000;

/** A direction that is stored for the model. */
export interface ShownDirection {
  readonly path: string;
  readonly name: string;
}

/** What the dial comes to, for the lever that it drives. */
export type Driven =
  | { readonly lever: 'token' }
  | { readonly lever: 'direction'; readonly coefficient: number }
  | { readonly lever: 'opening'; readonly bias: number };

/** Where an audit found the person's target of false refusals to be kept. */
export interface DialTarget {
  /** False refusals at most, 0–1. */
  readonly share: number;
  readonly threshold: number;
}

/** What an audit found refused of a set of requests. */
export interface RefusedShare {
  /** As audits name it: one of Paddock's, or a file. */
  readonly set: string;
  /** 0–1 */
  readonly share: number;
}

/** What is set for the open model, and what there is to be set. */
export interface ShownRefusals extends RefusalSettings {
  /** In the order of {@link LEVERS}. */
  readonly levers: readonly { readonly lever: Lever; readonly state: LeverState }[];
  /** What the dial drives and what it comes to there; null where it has nothing to drive. */
  readonly driven: Driven | null;
  readonly directions: readonly ShownDirection[];
  /** Null where no audit of this model with this lever and prompt says. */
  readonly target: DialTarget | null;
  /** What was refused in the same audit where the dial stands; null where there is none, and where the dial does not decide. */
  readonly refused: readonly RefusedShare[] | null;
  /** The texts of the levels, as the model is told them. */
  readonly prompts: Readonly<Record<Exclude<PromptLevel, 'none' | 'custom'>, string>>;
}

/** How the dial is moved after a refused question was answered anyway: to where it would have passed, to the target, or not at all. */
export const DIAL_MOVES = ['there', 'target', 'leave'] as const;
export type DialMove = (typeof DIAL_MOVES)[number];

/** How it was decided whether a question was to be answered. */
export interface ShownDecision {
  /** Of a refusal, and above which it would have come to one; 0–1. Null where only the answer's words say that it refuses. */
  readonly probability: number | null;
  readonly threshold: number | null;
  readonly refused: boolean;
  /** Whether that is worth a word below the answer. */
  readonly isTold: boolean;
  /** Where the dial would have to stand to let such a question pass; null where nothing is offered. */
  readonly offer: number | null;
  /** The person's target, where it is offered as well. */
  readonly target: DialTarget | null;
}

export const isShare: Guard<number> = (value): value is number => isFiniteNumber(value) && value >= 0 && value <= 1;

/** Coefficients and biases beyond these break what a model says. */
export const MOST_COEFFICIENT = 16;
export const MOST_BIAS = 32;

const isWithin =
  (most: number): Guard<number> =>
  (value): value is number =>
    isFiniteNumber(value) && Math.abs(value) <= most;

const ownLevers = {
  threshold: isNullable(isShare),
  mode: isOneOf(...STEERING_MODES),
  coefficient: isWithin(MOST_COEFFICIENT),
  bias: isWithin(MOST_BIAS),
};
export const isOwnLevers = isObject<OwnLevers>(ownLevers);

const settings = {
  threshold: isNullable(isShare),
  level: isOneOf(...PROMPT_LEVELS),
  custom: isString,
  direction: isString,
  own: isNullable(isOwnLevers),
};

export const isRefusalSettings = isObject<RefusalSettings>(settings);

export const isRefusalChange: Guard<RefusalChange> = isPartOf<Required<RefusalChange>>({
  ...settings,
  own: isNullable(isPartOf<OwnLevers>(ownLevers)),
});

const isTarget = isObject<DialTarget>({ share: isShare, threshold: isShare });

const isDriven: Guard<Driven> = (value): value is Driven =>
  isObject<{ readonly lever: 'token' }>({ lever: isOneOf('token') })(value) ||
  isObject<Extract<Driven, { lever: 'direction' }>>({
    lever: isOneOf('direction'),
    coefficient: isFiniteNumber,
  })(value) ||
  isObject<Extract<Driven, { lever: 'opening' }>>({ lever: isOneOf('opening'), bias: isFiniteNumber })(value);

export const isShownRefusals = isObject<ShownRefusals>({
  ...settings,
  levers: isListOf(isObject<ShownRefusals['levers'][number]>({ lever: isOneOf(...LEVERS), state: isOneOf(...LEVER_STATES) })),
  driven: isNullable(isDriven),
  directions: isListOf(isObject<ShownDirection>({ path: isString, name: isString })),
  target: isNullable(isTarget),
  refused: isNullable(isListOf(isObject<RefusedShare>({ set: isString, share: isShare }))),
  prompts: isObject<ShownRefusals['prompts']>({ brief: isString, cautious: isString }),
});

export const isShownDecision = isObject<ShownDecision>({
  probability: isNullable(isShare),
  threshold: isNullable(isShare),
  refused: isBoolean,
  isTold: isBoolean,
  offer: isNullable(isShare),
  target: isNullable(isTarget),
});
