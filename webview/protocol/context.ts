/** Messages between the page that measures the context window and the extension. Each view replaces the one before. */
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

/** Scalings of rotary positions that can be measured: the model's own, and those that the chat offers. */
export const MEASURED_SCALINGS = ['own', 'none', 'linear', 'base', 'ntk', 'yarn', 'dynamic'] as const;
export type MeasuredScaling = (typeof MEASURED_SCALINGS)[number];

/** A scaling with its factor, or its base; of no meaning for the first two. */
export interface ScalingChoice {
  readonly scaling: MeasuredScaling;
  readonly value: number;
}

/** What is to be measured. */
export interface MeasureChoice {
  /** Tokens of context. */
  readonly window: number;
  /** Stretches of text, at most. */
  readonly texts: number;
  readonly scalings: readonly ScalingChoice[];
}

/** A value of the law with its 95 % interval. */
export interface Bounds {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** A point of a curve: nats a token behind so many tokens of context. */
export interface Point {
  readonly context: number;
  readonly loss: number;
}

/** A point of a fitted law, with its 95 % interval there. */
export interface LawPoint extends Point {
  readonly low: number;
  readonly high: number;
}

/** L(c) = (α/c)^β + γ. */
export interface ShownLaw {
  readonly alpha: Bounds;
  readonly beta: Bounds;
  readonly gamma: Bounds;
  readonly points: readonly LawPoint[];
}

/** The smallest window after which doubling gains less than the threshold. */
export interface ShownRecommendation {
  readonly window: number;
  /** Nats a token that doubling it would gain. */
  readonly gain: number;
  /** Whether doubling would still be worth it at the end of what was measured. */
  readonly isLimited: boolean;
  /** Time to read a full window, and its cache; null where that is not known. */
  readonly ms: number | null;
  readonly bytes: number | null;
}

/** How well a line was found again. */
export interface ShownRetrieval {
  /** Tokens; null where the line was not there at all. */
  readonly length: number | null;
  /** Mean ROUGE-L, 0–1. */
  readonly score: number;
  readonly questions: number;
}

/** All that was measured under one scaling. */
export interface MeasuredCurve extends ScalingChoice {
  /** How many stretches of text were measured. */
  readonly stretches: number;
  readonly points: readonly Point[];
  readonly law: ShownLaw | null;
  readonly recommendation: ShownRecommendation | null;
  readonly retrieval: readonly ShownRetrieval[];
}

/** The same law of a published model, moved so that it ends where the first curve does. */
export interface ReferenceCurve {
  readonly name: string;
  readonly points: readonly Point[];
}

export interface ShownMeasurement {
  /** When it began, as the person writes it. */
  readonly when: string;
  readonly window: number;
  /** Whether all was measured that was asked for. */
  readonly isComplete: boolean;
  readonly curves: readonly MeasuredCurve[];
  readonly references: readonly ReferenceCurve[];
}

/** How long an instruction is kept: the part of the answers at each turn that keep to it, 0–1; null where nothing can be said. */
export interface ShownRetention {
  /** When the test began, as the person writes it. */
  readonly when: string;
  /** Tokens. */
  readonly window: number;
  readonly scaling: ScalingChoice;
  /** What the instructions are called, and whether words of the person were told with them. */
  readonly rules: readonly string[];
  readonly hasText: boolean;
  readonly isComplete: boolean;
  readonly turns: readonly {
    readonly turn: number;
    /** Where it was said once, with the first question; and where it was pinned. */
    readonly said: number | null;
    readonly pinned: number | null;
    /** Answers that are counted. */
    readonly answers: { readonly said: number; readonly pinned: number };
  }[];
}

/** All that the page shows. */
export interface ContextView {
  readonly kind: 'view';
  /** The open model; empty where none is. */
  readonly model: string;
  /** Tokens it was trained on. */
  readonly trained: number;
  /** Tokens of the largest window for which there is memory, and of that for which there are texts; null while they are looked for. */
  readonly largest: number;
  readonly longestText: number | null;
  /** Files looked at. */
  readonly files: number;
  /** Whether only open files were, since the workspace is not trusted. */
  readonly onlyOpen: boolean;
  /** Windows that can be chosen. */
  readonly windows: readonly number[];
  /** Scalings that the model can have. */
  readonly scalings: readonly MeasuredScaling[];
  readonly choice: MeasureChoice;
  /** Nats a token that doubling a window has to gain. */
  readonly threshold: number;
  /** What is done of the measurement under way; null while none is. */
  readonly progress: number | null;
  /** Why the last one ended, or none can begin; empty when all is well. */
  readonly problem: string;
  readonly measurement: ShownMeasurement | null;
  readonly retention: ShownRetention | null;
  /**
   * When those began that are kept beside these: the last complete ones beside some that were stopped, or these beside the complete ones;
   * null where there are none.
   */
  readonly others: { readonly measurement: string | null; readonly retention: string | null };
}

/** The person's intents. */
export type ContextIntent =
  /** The page is there and wants its view. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'stop' }
  | { readonly kind: 'csv' }
  /** Test how long an instruction is kept. */
  | { readonly kind: 'retention' }
  | { readonly kind: 'measure'; readonly choice: MeasureChoice }
  | { readonly kind: 'threshold'; readonly threshold: number }
  /** Chats are to have this window under this scaling. */
  | { readonly kind: 'use'; readonly window: number; readonly scaling: ScalingChoice }
  /** Show the other one of the two that are kept. */
  | { readonly kind: 'other'; readonly of: 'measurement' | 'retention' }
  /** A picture of the page. */
  | { readonly kind: 'svg'; readonly name: 'loss' | 'retrieval' | 'retention'; readonly svg: string };

/** Texts of the page, in the language of the editor. `{0}` stands for a value. */
export const CONTEXT_TEXT_KEYS = [
  ...['title', 'about', 'noModel', 'model', 'files', 'filesOpen', 'looking', 'noTexts', 'longest'],
  ...['window', 'windowNote', 'texts', 'textsNote', 'scalings', 'scalingFixed', 'factor', 'base', 'threshold', 'thresholdNote'],
  ...['own', 'none', 'linear', 'byBase', 'ntk', 'yarn', 'dynamic'],
  ...['measure', 'stop', 'progress', 'measured', 'partial', 'nothing', 'showComplete', 'showStopped'],
  ...['recommendation', 'enough', 'limited', 'cost', 'tooFew', 'use'],
  ...['loss', 'lossCaption', 'lossAxis', 'contextAxis', 'law', 'lawNote', 'references', 'referencesNote'],
  ...['retrieval', 'retrievalCaption', 'notThere', 'noRetrieval', 'lengthAxis', 'scoreAxis'],
  ...['retention', 'retentionAbout', 'testRetention', 'retentionTested', 'retentionPartial', 'retentionCaption'],
  ...['retentionScaling', 'retentionRules', 'retentionText'],
  ...['saidOnce', 'pinned', 'turn', 'turnAxis', 'keptAxis', 'ofAnswers'],
  ...['table', 'context', 'length', 'stretches', 'exportCsv', 'exportSvg'],
] as const;
export type ContextTexts = Readonly<Record<(typeof CONTEXT_TEXT_KEYS)[number], string>>;

/** Sizes that can be meant; the extension asks for them again. */
export const TEXTS = { least: 2, most: 64 } as const;

export const isScalingChoice = isObject<ScalingChoice>({ scaling: isOneOf(...MEASURED_SCALINGS), value: isFiniteNumber });
const isMeasureChoice: Guard<MeasureChoice> = isObject<MeasureChoice>({
  window: isCount,
  texts: (value): value is number => isCount(value) && value >= TEXTS.least && value <= TEXTS.most,
  scalings: isListOf(isScalingChoice),
});

const isBounds = isObject<Bounds>({ value: isFiniteNumber, low: isFiniteNumber, high: isFiniteNumber });
const isPoints = isListOf(isObject<Point>({ context: isFiniteNumber, loss: isFiniteNumber }));
const isLawPoint = isObject<LawPoint>({
  context: isFiniteNumber,
  loss: isFiniteNumber,
  low: isFiniteNumber,
  high: isFiniteNumber,
});
const isCurve = isObject<MeasuredCurve>({
  scaling: isOneOf(...MEASURED_SCALINGS),
  value: isFiniteNumber,
  stretches: isCount,
  points: isPoints,
  law: isNullable(isObject<ShownLaw>({ alpha: isBounds, beta: isBounds, gamma: isBounds, points: isListOf(isLawPoint) })),
  recommendation: isNullable(
    isObject<ShownRecommendation>({
      window: isCount,
      gain: isFiniteNumber,
      isLimited: isBoolean,
      ms: isNullable(isFiniteNumber),
      bytes: isNullable(isFiniteNumber),
    }),
  ),
  retrieval: isListOf(isObject<ShownRetrieval>({ length: isNullable(isCount), score: isFiniteNumber, questions: isCount })),
});

export const isContextView: Guard<ContextView> = isObject<ContextView>({
  kind: isOneOf('view'),
  model: isString,
  trained: isCount,
  largest: isCount,
  longestText: isNullable(isCount),
  files: isCount,
  onlyOpen: isBoolean,
  windows: isListOf(isCount),
  scalings: isListOf(isOneOf(...MEASURED_SCALINGS)),
  choice: isMeasureChoice,
  threshold: isFiniteNumber,
  progress: isNullable(isFiniteNumber),
  problem: isString,
  measurement: isNullable(
    isObject<ShownMeasurement>({
      when: isString,
      window: isCount,
      isComplete: isBoolean,
      curves: isListOf(isCurve),
      references: isListOf(isObject<ReferenceCurve>({ name: isString, points: isPoints })),
    }),
  ),
  retention: isNullable(
    isObject<ShownRetention>({
      when: isString,
      window: isCount,
      scaling: isScalingChoice,
      rules: isListOf(isString),
      hasText: isBoolean,
      isComplete: isBoolean,
      turns: isListOf(
        isObject<ShownRetention['turns'][number]>({
          turn: isCount,
          said: isNullable(isFiniteNumber),
          pinned: isNullable(isFiniteNumber),
          answers: isObject<ShownRetention['turns'][number]['answers']>({ said: isCount, pinned: isCount }),
        }),
      ),
    }),
  ),
  others: isObject<ContextView['others']>({ measurement: isNullable(isString), retention: isNullable(isString) }),
});

type Intent<Kind extends ContextIntent['kind']> = Extract<ContextIntent, { kind: Kind }>;
const isPlain = isObject<{ readonly kind: 'ready' | 'stop' | 'csv' | 'retention' }>({
  kind: isOneOf('ready', 'stop', 'csv', 'retention'),
});
const isMeasure = isObject<Intent<'measure'>>({ kind: isOneOf('measure'), choice: isMeasureChoice });
const isThreshold = isObject<Intent<'threshold'>>({
  kind: isOneOf('threshold'),
  threshold: (value): value is number => isFiniteNumber(value) && value > 0 && value <= 1,
});
const isUse = isObject<Intent<'use'>>({ kind: isOneOf('use'), window: isCount, scaling: isScalingChoice });
const isOther = isObject<Intent<'other'>>({ kind: isOneOf('other'), of: isOneOf('measurement', 'retention') });
const isSvg = isObject<Intent<'svg'>>({ kind: isOneOf('svg'), name: isOneOf('loss', 'retrieval', 'retention'), svg: isString });

export const isContextIntent: Guard<ContextIntent> = (value): value is ContextIntent =>
  isPlain(value) || isMeasure(value) || isThreshold(value) || isUse(value) || isOther(value) || isSvg(value);

export const isContextTexts: Guard<ContextTexts> = hasTexts(CONTEXT_TEXT_KEYS);
