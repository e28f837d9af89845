import {
  bucketsUpTo,
  estimateAt,
  type FittedLaw,
  fitPowerLaw,
  LLAMA2_LONG,
  lossAt,
  meanOf,
  type PowerLaw,
  recommendWindow,
} from '../../engine/index.ts';
import type {
  MeasuredCurve,
  Point,
  ReferenceCurve,
  ScalingChoice,
  ShownLaw,
  ShownMeasurement,
  ShownRecommendation,
  ShownRetrieval,
} from '../../webview/protocol/context.ts';
import { type Measurement, nameOfScaling } from './measurement.ts';

/** Points of a drawn law per octave: with two, corners are visible, with eight they are not. */
const POINTS_AN_OCTAVE = 8;

/**
 * What the page shows of a measurement, complete or not.
 * @param threshold nats a token that doubling a window has to gain
 * @param when it began, as the person writes it
 */
export function shownMeasurement(measurement: Measurement, threshold: number, when: string): ShownMeasurement {
  const { window, scalings, isComplete } = measurement;
  const curves = scalings.map((scaling) => curveOf(measurement, scaling, threshold));
  const end = curves.flatMap(({ law, points }) => law?.points.at(-1) ?? points.at(-1) ?? [])[0];
  return { when, window, isComplete, curves, references: end ? referencesTo(end, bucketsUpTo(window).contexts[0] ?? 1) : [] };
}

function curveOf(measurement: Measurement, choice: ScalingChoice, threshold: number): MeasuredCurve {
  const { window, losses } = measurement;
  const name = nameOfScaling(choice);
  const rows = losses.filter(({ scaling }) => scaling === name).map((row) => row.losses);
  const { contexts } = bucketsUpTo(window);
  const fitted = fitPowerLaw(contexts, rows);
  const points = meanOf(rows).map((loss, i) => ({ context: contexts[i] ?? 0, loss }));
  return {
    ...choice,
    stretches: rows.length,
    points,
    law: fitted ? shownLaw(fitted, contexts) : null,
    recommendation: fitted ? recommendationOf(fitted.law, threshold, measurement) : null,
    retrieval: retrievalOf(measurement, name),
  };
}

function shownLaw(fitted: FittedLaw, contexts: readonly number[]): ShownLaw {
  const { alpha, beta, gamma } = fitted.intervals;
  const points = evenly(contexts[0] ?? 1, contexts.at(-1) ?? 1).map((context) => {
    const { value, low, high } = estimateAt(fitted, context);
    return { context, loss: value, low, high };
  });
  return { alpha, beta, gamma, points };
}

function pointsOf(law: PowerLaw, from: number, to: number): Point[] {
  return evenly(from, to).map((context) => ({ context, loss: lossAt(law, context) }));
}

/** Contexts from one to another, evenly over their logarithm. */
function evenly(from: number, to: number): number[] {
  const steps = Math.max(1, Math.ceil(POINTS_AN_OCTAVE * Math.log2(to / from)));
  return Array.from({ length: steps + 1 }, (_, i) => from * (to / from) ** (i / steps));
}

function recommendationOf(law: PowerLaw, threshold: number, measured: Measurement): ShownRecommendation {
  const { msPerToken, bytesPerToken } = measured;
  const { window, gains, isLimited } = recommendWindow(law, threshold, measured.window);
  const gain = gains.find((each) => each.window === window)?.gainOfDoubling ?? 0;
  const times = (each: number | null) => (each === null ? null : each * window);
  return { window, gain, isLimited, ms: times(msPerToken), bytes: times(bytesPerToken) };
}

/** Means by length, the shortest first, and that without the line at the end. */
function retrievalOf({ scores }: Measurement, name: string): ShownRetrieval[] {
  const own = scores.filter(({ scaling }) => scaling === name);
  const lengths = [...new Set(own.map(({ length }) => length))];
  const order = (length: number | null) => length ?? Number.POSITIVE_INFINITY;
  return lengths
    .toSorted((a, b) => order(a) - order(b))
    .map((length) => {
      const rows = own.filter((row) => row.length === length);
      return { length, score: rows.reduce((sum, { score }) => sum + score, 0) / rows.length, questions: rows.length };
    });
}

/**
 * The laws of LLaMA 2 Long. They are in nats per token of prose in another vocabulary, so only their slope is comparable: each is shifted
 * to end where a measured curve does.
 */
function referencesTo({ context, loss }: Point, from: number): ReferenceCurve[] {
  return Object.entries(LLAMA2_LONG).map(([name, law]) => {
    const moved = { ...law, gamma: law.gamma + loss - lossAt(law, context) };
    return { name: `LLaMA 2 Long ${name}`, points: pointsOf(moved, from, context) };
  });
}
