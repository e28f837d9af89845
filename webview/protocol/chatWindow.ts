/** The window of the open model in the chat panel: what takes it, and how it is used. */
import { type Guard, isBoolean, isCount, isFiniteNumber, isListOf, isObject, isOneOf, isPartOf, isString } from './guards.ts';

/** What a part of the window is taken by, in the order in which it is drawn. */
export const SEGMENTS = ['system', 'pinned', 'history', 'examples', 'attachments', 'message', 'reserve'] as const;
export type Segment = (typeof SEGMENTS)[number];

/** What is left out when a conversation is longer than the window; `summary`: the oldest turns, replaced by the model's own summary. */
export const OVERFLOW_POLICIES = ['oldest', 'middle', 'left', 'summary'] as const;
export type OverflowPolicy = (typeof OVERFLOW_POLICIES)[number];

/** Ways to scale rotary positions; `own`: as the model says. */
export const SCALINGS = ['own', 'none', 'linear', 'base', 'ntk', 'yarn', 'dynamic'] as const;
export type Scaling = (typeof SCALINGS)[number];

/** What of a prompt can be left out: examples, whole turns, the beginning of one; `summary`: what stands for turns. */
const LEFT_OUT_KINDS = ['examples', 'turns', 'cut', 'summary'] as const;

/** Something that did not fit, and where it can be seen. */
export interface LeftOut {
  readonly kind: (typeof LEFT_OUT_KINDS)[number];
  /** Examples, turns, or characters; 0 for a summary. */
  readonly count: number;
  readonly text: string;
  /** The message with which it stands, the first of several; empty for the one that is being written. */
  readonly message: string;
}

/** The window, and what takes it. */
export interface Gauge {
  readonly segments: readonly { readonly segment: Segment; readonly tokens: number }[];
  readonly window: number;
  /** Tokens of context the model was trained on. */
  readonly trained: number;
  /** Tokens that the chosen scaling of positions supports; 0 where nobody can say. */
  readonly supported: number;
  /** Bytes of keys and values that the used part takes. */
  readonly cacheBytes: number;
  readonly leftOut: readonly LeftOut[];
  /** Why the message cannot be sent as it is; empty where it can. */
  readonly problem: string;
}

/** What the present model and its memory allow. */
export interface WindowLimits {
  /** Tokens. */
  readonly largestWindow: number;
  /** Tokens that it reads without any scaling of positions, which factors stretch. */
  readonly unscaled: number;
  /** Whether its positions can be scaled, and whether its window can slide. */
  readonly canScale: boolean;
  readonly canSlide: boolean;
}

/** How the window of a model is used. */
export interface WindowSettings {
  /** Tokens. */
  readonly window: number;
  readonly scaling: Scaling;
  /** The scaling's factor, or the base. */
  readonly scalingValue: number;
  /** Whether the window slides on when an answer fills it, and how many of its first tokens stay then. */
  readonly slides: boolean;
  readonly sinks: number;
  readonly overflow: OverflowPolicy;
  /** Tokens kept free for the answer. */
  readonly reserve: number;
}

/** How the window of the present model is used, and could be. */
export type WindowControls = WindowLimits & WindowSettings;

/** What of it a person changes; the rest stays as it is when the change arrives. */
export type WindowChange = Partial<WindowSettings>;

export const isGauge = isObject<Gauge>({
  segments: isListOf(isObject<Gauge['segments'][number]>({ segment: isOneOf(...SEGMENTS), tokens: isCount })),
  window: isCount,
  trained: isCount,
  supported: isCount,
  cacheBytes: isCount,
  leftOut: isListOf(isObject<LeftOut>({ kind: isOneOf(...LEFT_OUT_KINDS), count: isCount, text: isString, message: isString })),
  problem: isString,
});

/** A guard for each setting, which also holds for what is stored. */
export const WINDOW_SETTINGS: { readonly [Name in keyof WindowSettings]: Guard<WindowSettings[Name]> } = {
  window: isCount,
  scaling: isOneOf(...SCALINGS),
  scalingValue: isFiniteNumber,
  slides: isBoolean,
  sinks: isCount,
  overflow: isOneOf(...OVERFLOW_POLICIES),
  reserve: isCount,
};

export const isControls = isObject<WindowControls>({
  largestWindow: isCount,
  unscaled: isCount,
  canScale: isBoolean,
  canSlide: isBoolean,
  ...WINDOW_SETTINGS,
});

export const isWindowChange: Guard<WindowChange> = isPartOf<WindowSettings>(WINDOW_SETTINGS);
