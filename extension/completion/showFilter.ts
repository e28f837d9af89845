import type { Evidence } from './likelihood.ts';

/** How eagerly suggestions appear while typing: the values of the setting. */
export const EAGERNESS = ['all', 'balanced', 'sure'] as const;
export type Eagerness = (typeof EAGERNESS)[number];

/**
 * The cost of reading a useless suggestion, in characters typed: 1.35 s to make up one's mind and 0.28 s for a key (Card, Moran and
 * Newell 1980, an average typist).
 */
export const COST = 1.35 / 0.28;

/** Least probability of a suggestion for people who only want those more likely right than wrong. */
const SURE = 0.5;

/** Bounds of a model's own log-odds: beyond them it is overconfident. */
const MOST = 5;

/** Calibration of the model's own log-odds: constant and slope (Platt 1999), fitted by `npm run bench:show`. */
export const WEIGHTS: readonly [number, number] = [0.42, 1.38];

/** The log-odds that the model itself gives to a suggestion's first line. */
export function ownLogOdds({ logProbability }: Evidence): number {
  // ln(1 − p) without losing the digits of a p near 0 or 1.
  const odds = logProbability - Math.log(-Math.expm1(logProbability));
  return Math.max(-MOST, Math.min(MOST, odds));
}

/** Log-odds that a suggestion's first line is what the person writes. */
export function logOdds(evidence: Evidence, [constant, slope] = WEIGHTS): number {
  return constant + slope * ownLogOdds(evidence);
}

/**
 * Whether to show a suggestion that nobody asked for: whether it is expected to save more characters than reading it in vain costs.
 * @param probability that its first line is what the person writes, 0–1
 * @param characters of its first line that are not typed yet
 */
export function isWorthShowing(probability: number, characters: number, eagerness: Eagerness): boolean {
  if (eagerness === 'all') return true;
  if (eagerness === 'sure' && probability < SURE) return false;
  return probability * characters >= (1 - probability) * COST;
}
