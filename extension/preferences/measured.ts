import {
  activeVersion,
  divergenceOfBest,
  FEWEST_COMPARISONS,
  type Heads,
  LEAST_ACCURACY,
  meterOf,
  type OptimisationMeter,
} from '../../engine/index.ts';
import { CANDIDATE_COUNTS, type CandidateCount, type ShownBest } from '../../webview/protocol/chatPreference.ts';
import { versionsOf } from './changes.ts';
import type { Known } from './preferences.ts';
import type { RecentAnswer } from './stored.ts';

/** Why candidates are limited, in the language of the editor. */
export interface LimitWords {
  readonly fewComparisons: (most: number, there: number, wanted: number) => string;
  readonly lowAccuracy: (most: number, accuracy: number, wanted: number) => string;
}

/** How reliable a model's heads are, and the heads in use. */
export interface Worth {
  readonly heads: Heads;
  readonly version: number;
  readonly meter: OptimisationMeter;
}

/**
 * Measures how reliable heads are, once per set of judgements. That takes a tenth of a second or more, and suggestions are settled while
 * the person types, so their labels are only counted with the next judgement.
 */
export class Measured {
  readonly #last = new Map<string, { readonly of: string; readonly meter: OptimisationMeter }>();

  /** @param shown answers whose length and refusals are measured; empty if only the limit is needed */
  of({ stored, prior }: Known, shown: readonly RecentAnswer[] = stored.recent): Worth {
    const { id: version, heads } = activeVersion(versionsOf(stored, prior));
    const { judgements, model } = stored;
    const judged = judgements.filter(({ kind }) => kind !== 'suggestion');
    const latest = judged.at(-1);
    const of = [judged.length, latest?.id, latest?.at, version, shown.length, shown.at(-1)?.id].join();
    const known = this.#last.get(model);
    const meter = known?.of === of ? known.meter : meterOf(prior, heads, judgements, shown);
    this.#last.set(model, { of, meter });
    return { heads, version, meter };
  }
}

/** Most candidates, and why not more. */
export function limitOf(
  { capped, comparisons, heldOut, mostCandidates: most }: OptimisationMeter,
  words: LimitWords,
): { readonly most: CandidateCount; readonly reason: string } {
  if (!capped) return { most, reason: '' };
  const reason =
    capped === 'few-comparisons'
      ? words.fewComparisons(most, comparisons, FEWEST_COMPARISONS)
      : words.lowAccuracy(most, heldOut.helpful.all.value ?? 0, LEAST_ACCURACY);
  return { most, reason };
}

/** How many answers are generated: as many as the person wants, within what the heads justify. */
export function bestOf({ stored }: Known, { meter }: Worth, words: LimitWords): ShownBest {
  const { most, reason } = limitOf(meter, words);
  const count = CANDIDATE_COUNTS.findLast((each) => each <= stored.count && each <= most) ?? 1;
  return { count, most, reason, divergence: divergenceOfBest(count) };
}
