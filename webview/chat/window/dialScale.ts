import { BALANCED, THRESHOLD_STEPS } from '../../protocol/chatRefusals.ts';
import type { ChatTextKey } from '../../protocol/chatTexts.ts';
import { placeWithin, probabilityWithin } from '../../shared/logOdds.ts';

/**
 * The dial is drawn in log-odds of its threshold: what models find of refusals crowds near 0 and 1, and a step there means as much as one
 * in the middle. Strict is on the left.
 */
export const DIAL_ENDS = 8;
export const DIAL_STEP = 0.1;

/** Where the slider stands for a threshold, 0–1. */
export function placeOf(threshold: number): number {
  return placeWithin(DIAL_ENDS, threshold);
}

/** The threshold at a place of the slider; its ends are those of the scale: all is refused, nothing is. */
export function thresholdAt(place: number): number {
  return rounded(probabilityWithin(DIAL_ENDS, place));
}

export function rounded(threshold: number): number {
  return Math.round(threshold * THRESHOLD_STEPS) / THRESHOLD_STEPS;
}

/** What thresholds from each on are called. */
const WORDS: readonly (readonly [from: number, ChatTextKey])[] = [
  [1, 'dialNever'],
  [0.9, 'dialPermissive'],
  [BALANCED + 0.1, 'dialRatherPermissive'],
  [BALANCED - 0.1, 'dialBalanced'],
  [0.1, 'dialRatherStrict'],
  [1 / THRESHOLD_STEPS, 'dialStrict'],
  [0, 'dialAlways'],
];

/** A threshold in a word. */
export function wordOf(threshold: number): ChatTextKey {
  return WORDS.find(([from]) => threshold >= from)?.[1] ?? 'dialAlways';
}
