import { type CurveRow, contextCurve, type LongTextOptions, stretchesOf } from './contextCurve.ts';
import { firstLine, type LineQuestion, lengthsUpTo, type RetrievalRow } from './firstLine.ts';
import type { LanguageModel } from './model.ts';

/** The material: texts for the loss over context, questions for first-line retrieval; either may be empty. */
export interface Measured {
  readonly texts: readonly string[];
  /** Stretches of the texts, at most. */
  readonly stretches: number;
  readonly questions: readonly LineQuestion[];
}

/** A figure, and the share of all work done once it is there, 0–1. */
export type MeasuredRow = { readonly fraction: number } & (
  | ({ readonly kind: 'loss' } & CurveRow)
  | ({ readonly kind: 'retrieval' } & RetrievalRow)
);

/**
 * Measures the loss over context, then first-line retrieval.
 * @throws PaddockError as {@link contextCurve} and {@link firstLine}
 */
export async function* measureContext(
  model: LanguageModel,
  { texts, stretches, questions }: Measured,
  options: LongTextOptions,
): AsyncGenerator<MeasuredRow> {
  const { window, scalings } = options;
  const chosen = texts.length === 0 ? [] : stretchesOf(model, texts, window, stretches);
  // An answer takes about as long as a stretch of a third of the window.
  const losses = chosen.length * scalings.length;
  const answers = (questions.length * scalings.length * (lengthsUpTo(window).length + 1)) / 3;
  let done = 0;
  const fraction = (step: number) => {
    done += step;
    return Math.min(1, done / (losses + answers));
  };
  if (texts.length > 0) {
    for await (const row of contextCurve(model, chosen, options)) yield { kind: 'loss', ...row, fraction: fraction(1) };
  }
  if (questions.length > 0) {
    for await (const row of firstLine(model, questions, options)) yield { kind: 'retrieval', ...row, fraction: fraction(1 / 3) };
  }
}
