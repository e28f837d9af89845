import { BALANCED, type Lever, THRESHOLD_STEPS } from '../../protocol/chatRefusals.ts';
import type { ChatTextKey } from '../../protocol/chatTexts.ts';
import { placeWithin, probabilityWithin } from '../../shared/logOdds.ts';

/**
 * Ends of the slider, and log-odds of the threshold at its permissive end, on the right; in the middle they are 0. In log-odds, a step near
 * 0 and 1, where models' probabilities of refusals crowd, means as much as one in the middle. Above 98 % the default model refuses nothing
 * any more. What is added to a model, along a direction or to its words, goes as far as it is audited.
 */
export const DIAL_ENDS: Readonly<Record<Lever, number>> = { token: 4, direction: 8, opening: 8 };
export const DIAL_STEP = 0.1;

/**
 * Log-odds at the strict end, below 0. Of a token it is 22 %, where the default model refuses about one in 17 of the ordinary requests
 * kept out of its training (training/measure/refusals.py): whoever wants more refusals wants no refusals of these. The number beside the
 * slider takes any threshold.
 */
const STRICT_ENDS: Readonly<Record<Lever, number>> = { token: 1.25, direction: DIAL_ENDS.direction, opening: DIAL_ENDS.opening };

/** Where the slider stands for a threshold, 0–1. */
export function placeOf(threshold: number, lever: Lever): number {
  const end = DIAL_ENDS[lever];
  const place = placeWithin(end, threshold);
  return place < 0 ? Math.max(-end, (place * end) / STRICT_ENDS[lever]) : place;
}

/** The threshold at a place of the slider. Ends that reach all that is audited are 0 and 1: all is refused, nothing is. */
export function thresholdAt(place: number, lever: Lever): number {
  const end = DIAL_ENDS[lever];
  return rounded(probabilityWithin(end, place < 0 ? (place * STRICT_ENDS[lever]) / end : place));
}

/** Whether a threshold is stricter than the slider goes. */
export function isBeyond(threshold: number, lever: Lever): boolean {
  return threshold < thresholdAt(-DIAL_ENDS[lever], lever);
}

export function rounded(threshold: number): number {
  return Math.round(threshold * THRESHOLD_STEPS) / THRESHOLD_STEPS;
}

/** What thresholds from each on are called, above the strict ones. */
const WORDS: readonly (readonly [from: number, ChatTextKey])[] = [
  [1, 'dialNever'],
  [0.9, 'dialPermissive'],
  [BALANCED + 0.1, 'dialRatherPermissive'],
  [BALANCED - 0.1, 'dialBalanced'],
];

/** From where on a threshold is no longer strict, but rather strict. */
const RATHER_STRICT: Readonly<Record<Lever, number>> = { token: 0.3, direction: 0.1, opening: 0.1 };

/** A threshold in a word. */
export function wordOf(threshold: number, lever: Lever): ChatTextKey {
  const word = WORDS.find(([from]) => threshold >= from)?.[1];
  if (word) return word;
  if (threshold < 1 / THRESHOLD_STEPS) return 'dialAlways';
  return threshold < RATHER_STRICT[lever] ? 'dialStrict' : 'dialRatherStrict';
}
