import { type ModelInfo, type NamedScaling, scalingOf, stretchedLength } from '../../engine/index.ts';
import {
  MEASURED_SCALINGS,
  type MeasureChoice,
  type MeasuredScaling,
  type ScalingChoice,
} from '../../webview/protocol/context.ts';
import {
  isBoolean,
  isCount,
  isFiniteNumber,
  isListOf,
  isNullable,
  isObject,
  isOneOf,
  isString,
} from '../../webview/protocol/guards.ts';

/** Losses of one stretch of text under one scaling. */
export interface LossRow {
  readonly scaling: string;
  /** Nats a token, by bucket. */
  readonly losses: readonly number[];
}

/** How well one line was found again. */
export interface ScoreRow {
  readonly scaling: string;
  /** Tokens; null where the line was not there. */
  readonly length: number | null;
  readonly score: number;
}

/** What was measured of one model so far: numbers only, no text and no paths. */
export interface Measurement {
  /** When it began, in milliseconds since 1970. */
  readonly at: number;
  /** Tokens. */
  readonly window: number;
  readonly scalings: readonly ScalingChoice[];
  readonly losses: readonly LossRow[];
  readonly scores: readonly ScoreRow[];
  /** Time to read a token, with its loss; null until it is known. */
  readonly msPerToken: number | null;
  /** Of keys and values. */
  readonly bytesPerToken: number | null;
  readonly isComplete: boolean;
}

/** What the engine calls a scaling in its rows. */
export function nameOfScaling({ scaling, value }: ScalingChoice): string {
  return scaling === 'own' || scaling === 'none' ? scaling : `${scaling}:${value}`;
}

/** A scaling as the engine takes it. */
export function namedScaling(choice: ScalingChoice, model: Pick<ModelInfo, 'contextLength' | 'reach'>): NamedScaling {
  const name = nameOfScaling(choice);
  return choice.scaling === 'own' ? { name } : { name, scaling: scalingOf(choice.scaling, choice.value, stretchedLength(model)) };
}

/** Scalings that can be compared for a model. */
export function scalingsOf(model: Pick<ModelInfo, 'canScale'> | undefined): readonly MeasuredScaling[] {
  return model?.canScale ? MEASURED_SCALINGS : ['own'];
}

/** Windows that are offered: powers of two. */
const SMALLEST = 128;
const USUAL_WINDOW = 1_024;
const USUAL_TEXTS = 16;

/** Windows that can be measured: those that are not larger than the largest. */
export function windowsUpTo(largest: number): number[] {
  const windows: number[] = [];
  for (let window = SMALLEST; window <= largest; window *= 2) windows.push(window);
  return windows;
}

/** The default choice of what to measure. */
export function usualChoice(trained: number): MeasureChoice {
  const factor = 2;
  const scalings = [{ scaling: 'own' as const, value: factor }];
  return { window: Math.min(USUAL_WINDOW, Math.max(SMALLEST, trained)), texts: USUAL_TEXTS, scalings };
}

const isLossRow = isObject<LossRow>({ scaling: isString, losses: isListOf(isFiniteNumber) });
const isScoreRow = isObject<ScoreRow>({ scaling: isString, length: isNullable(isCount), score: isFiniteNumber });

/** Whether a stored value is a measurement. */
export const isMeasurement = isObject<Measurement>({
  at: isCount,
  window: isCount,
  scalings: isListOf(isObject<ScalingChoice>({ scaling: isOneOf(...MEASURED_SCALINGS), value: isFiniteNumber })),
  losses: isListOf(isLossRow),
  scores: isListOf(isScoreRow),
  msPerToken: isNullable(isFiniteNumber),
  bytesPerToken: isNullable(isFiniteNumber),
  isComplete: isBoolean,
});
