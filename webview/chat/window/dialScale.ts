import { BALANCED, type Lever, THRESHOLD_STEPS } from '../../protocol/chatRefusals.ts';
import type { ChatTextKey } from '../../protocol/chatTexts.ts';
import { placeWithin, probabilityWithin } from '../../shared/logOdds.ts';

/**
 * Log-odds of the threshold at both ends of the slider; strict is on the left. In log-odds, a step near 0 and 1, where models'
 * probabilities of refusals crowd, means as much as one in the middle. Between 2 and 98 % all lies that a model's own token tells apart:
 * the default model refuses most of what is ordinary below, and nothing of it above. What is added to a model, along a direction or to
 * its words, goes as far as it is audited.
 */
export const DIAL_ENDS: Readonly<Record<Lever, number>> = { token: 4, direction: 8, opening: 8 };
export const DIAL_STEP = 0.1;

/** Where the slider stands for a threshold, 0–1. */
export function placeOf(threshold: number, lever: Lever): number {
  return placeWithin(DIAL_ENDS[lever], threshold);
}

/** The threshold at a place of the slider; its ends are those of the scale: all is refused, nothing is. */
export function thresholdAt(place: number, lever: Lever): number {
  return rounded(probabilityWithin(DIAL_ENDS[lever], place));
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
