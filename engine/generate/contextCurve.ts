import { PaddockError, throwIfCancelled } from '../errors.ts';
import { type Buckets, bucketsUpTo, meansOf, SMALLEST_WINDOW } from '../measure/buckets.ts';
import type { RopeScaling } from '../model/config.ts';
import type { LanguageModel } from './model.ts';
import { textPrompt } from './textPrompt.ts';
import { tokenLosses } from './tokenLosses.ts';
import type { Pause } from './turns.ts';

/** A way to scale rotary positions, under a name for people; the model's own where `scaling` is absent. */
export interface NamedScaling {
  readonly name: string;
  readonly scaling?: RopeScaling;
}

export interface LongTextOptions {
  /** Tokens of context to measure up to. */
  readonly window: number;
  readonly scalings: readonly NamedScaling[];
  readonly signal?: AbortSignal | undefined;
  readonly pause?: Pause | undefined;
}

/** The loss of one stretch of text by position, under one scaling. */
export interface CurveRow {
  readonly scaling: string;
  /** Nats a token, `[buckets]`. */
  readonly losses: readonly number[];
}

/** Stretches of one text, at most, so that a large file does not dominate. */
const STRETCHES_OF_A_TEXT = 4;

/**
 * Stretches of texts that fill a window plus one token, so that there is a token to predict at every position. Shorter texts give none.
 * @param texts each the text of a file, or of several that belong together
 * @param most stretches, spread over the texts
 */
export function stretchesOf(model: LanguageModel, texts: readonly string[], window: number, most: number): number[][] {
  const stretches: number[][] = [];
  for (const text of texts) {
    const tokens = textPrompt(model, model.tokenizer.encode(text));
    for (let i = 0; i < STRETCHES_OF_A_TEXT && (i + 1) * (window + 1) <= tokens.length; i++) {
      stretches.push(tokens.slice(i * (window + 1), (i + 1) * (window + 1)));
    }
  }
  if (stretches.length <= most) return stretches;
  return Array.from({ length: most }, (_, i) => stretches[Math.floor((i * stretches.length) / most)] as number[]);
}

/**
 * How the loss falls with the context (Xiong et al. 2023, section 4.3).
 * @param stretches as of {@link stretchesOf}
 * @yields the losses of one stretch under one scaling after another, all scalings of a stretch together, so that what there is can be
 * compared at any time
 * @throws PaddockError `bad-request` for no stretch or a window that is too small or that the model cannot have, `cancelled`, `runtime`
 */
export async function* contextCurve(
  model: LanguageModel,
  stretches: readonly (readonly number[])[],
  { window, scalings, signal, pause }: LongTextOptions,
): AsyncGenerator<CurveRow, Buckets> {
  if (window < SMALLEST_WINDOW) {
    throw new PaddockError(
      'bad-request',
      `A window of ${window} tokens is too small to measure; ${SMALLEST_WINDOW} are the least.`,
    );
  }
  if (stretches.length === 0) {
    throw new PaddockError('bad-request', `No text is as long as ${window + 1} tokens. Measure a smaller window, or more files.`);
  }
  const buckets = bucketsUpTo(window);
  for (const stretch of stretches) {
    for (const { name, scaling } of scalings) {
      throwIfCancelled(signal);
      // The last token is only predicted.
      const session = model.newSession({ window, ...(scaling && { scaling }) });
      const values: number[] = [];
      for await (const loss of tokenLosses(session, stretch, signal, pause)) values.push(loss);
      session.evict();
      yield { scaling: name, losses: meansOf(values, buckets) };
    }
  }
  return buckets;
}
