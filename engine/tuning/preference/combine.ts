import { type Heads, type Scores, scoresOf } from './heads.ts';
import { divergenceOfBest } from './orderStatistics.ts';

/** Weight of the divergence in the reward: that of 7 and 13 billion weights (Touvron et al. 2023, section 3.2.3). */
export const BETA = 0.01;

/** Probabilities count as no nearer to 0 and 1. */
const NEAREST = 1e-4;

/** Deviations below which values count as the same; they are then only centred. */
const SAME = 1e-6;

export function logit(probability: number): number {
  const clamped = Math.min(1 - NEAREST, Math.max(NEAREST, probability));
  return Math.log(clamped / (1 - clamped));
}

export function sigmoid(score: number): number {
  return 1 / (1 + Math.exp(-score));
}

/** Why an answer is ranked by safety: the prompt is tagged as one that may be unsafe, or the answer itself seems to be. */
export type Gate = 'tagged' | 'unsafe';

/** What answers are ranked by, and by which head that is. */
export interface Combined {
  /** R_c, 0–1. */
  readonly probability: number;
  readonly by: 'safe' | 'helpful';
  /** Where it is by safety. */
  readonly gate?: Gate;
}

/** From this probability on a model tends to refuse, whatever the threshold. */
const RATHER_REFUSED = 0.5;

/**
 * Whether a prompt is tagged as one that may be unsafe. Touvron et al. tagged the prompts of their data; here the model itself does, by
 * the token with which it decides whether to refuse. For other models this does not work: their other answers begin with the same words
 * as refusals.
 * @param refusal how probable a refusal was to it, 0–1; absent where nothing was decided
 */
export function isTaggedBy(
  { decidesToRefuse = false }: { readonly decidesToRefuse?: boolean | undefined },
  refusal: { readonly probability: number } | undefined,
): boolean {
  return decidesToRefuse && refusal !== undefined && refusal.probability >= RATHER_REFUSED;
}

/**
 * R_c = R_s where the prompt is tagged as one that may be unsafe or R_s < 0.15, else R_h (Touvron et al. 2023, section 3.2.3).
 * @param isTagged of the prompt
 */
export function combined(scores: Scores, unsafeBelow: number, isTagged = false): Combined {
  const safe = sigmoid(scores.safe);
  if (isTagged || safe < unsafeBelow) return { probability: safe, by: 'safe', gate: isTagged ? 'tagged' : 'unsafe' };
  return { probability: sigmoid(scores.helpful), by: 'helpful' };
}

/** Mean and variance of the logits of R_c that have been seen. As JSON it can be kept. */
export interface RunningMoments {
  readonly count: number;
  readonly mean: number;
  /** Σ (x − mean)². */
  readonly squares: number;
}

export const NO_MOMENTS: RunningMoments = { count: 0, mean: 0, squares: 0 };

/** Earlier values count as at most this many, so that changing heads are followed. */
const MEMORY = 256;

/** Adds values to what has been seen (Chan, Golub and LeVeque 1979). */
export function withValues({ count, mean, squares }: RunningMoments, values: readonly number[]): RunningMoments {
  if (values.length === 0) return { count, mean, squares };
  const here = values.reduce((sum, value) => sum + value, 0) / values.length;
  const spread = values.reduce((sum, value) => sum + (value - here) ** 2, 0);
  const total = count + values.length;
  const merged = {
    count: total,
    mean: mean + ((here - mean) * values.length) / total,
    squares: squares + spread + ((here - mean) ** 2 * count * values.length) / total,
  };
  return total > MEMORY ? { ...merged, count: MEMORY, squares: (merged.squares * MEMORY) / total } : merged;
}

/**
 * Values standardised to mean 0 and deviation 1, with the moments of these values and those seen before. The paper does not say over what
 * it whitens; this is our choice.
 */
export function whitened(values: readonly number[], seen: RunningMoments = NO_MOMENTS): number[] {
  const { count, mean, squares } = withValues(seen, values);
  const deviation = Math.sqrt(squares / Math.max(1, count));
  return values.map((value) => (value - mean) / (deviation > SAME ? deviation : 1));
}

/** The preference model's scores of one of K answers. */
export interface Ranked extends Combined {
  /** Its place among those that were given. */
  readonly index: number;
  /** R_h and R_s, 0–1. */
  readonly helpful: number;
  readonly safe: number;
  /** whiten(logit R_c) − β · KL. */
  readonly reward: number;
}

export interface Ranking {
  /** The best first; equals in the order they were given. */
  readonly ranked: readonly Ranked[];
  /** ln K − (K − 1)/K nats: how far taking the best is from taking the first. */
  readonly divergence: number;
  /** What has been seen with these. */
  readonly seen: RunningMoments;
}

export interface RankingOptions {
  /** Whether the prompt is one that may be unsafe. */
  readonly isTagged?: boolean;
  /** Of earlier answers. */
  readonly seen?: RunningMoments;
  readonly beta?: number;
}

/** Puts answers to one prompt in order. @param answers features of each */
export function rankAnswers(
  heads: Heads,
  answers: readonly (readonly number[])[],
  { isTagged = false, seen = NO_MOMENTS, beta = BETA }: RankingOptions = {},
): Ranking {
  const scores = answers.map((features) => scoresOf(heads, features));
  const each = scores.map((score) => combined(score, heads.unsafeBelow, isTagged));
  const logits = each.map(({ probability }) => logit(probability));
  const white = whitened(logits, seen);
  const divergence = divergenceOfBest(Math.max(1, answers.length));
  const ranked = each.map((one, index) => ({
    ...one,
    index,
    helpful: sigmoid((scores[index] as Scores).helpful),
    safe: sigmoid((scores[index] as Scores).safe),
    reward: (white[index] as number) - beta * divergence,
  }));
  ranked.sort((a, b) => b.reward - a.reward || a.index - b.index);
  return { ranked, divergence, seen: withValues(seen, logits) };
}
