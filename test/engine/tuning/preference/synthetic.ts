import type { Random } from '../../../../engine/sampling/random.ts';
import { FEATURES } from '../../../../engine/tuning/preference/features.ts';
import type { Heads } from '../../../../engine/tuning/preference/heads.ts';
import { GRADES, type Judgement } from '../../../../engine/tuning/preference/judgements.ts';

/** Draws from the normal distribution (Box and Muller 1958). */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}

export const features = (random: Random): number[] => FEATURES.map(() => normal(random));

/** Heads over features that are standardised already. */
export function headsOf(helpful: readonly number[], bias = 0): Heads {
  const zeros = FEATURES.map(() => 0);
  const scale = FEATURES.map(() => 1);
  return { mean: zeros, scale, helpful: { weight: helpful, bias }, safe: { weight: zeros, bias: 5 }, unsafeBelow: 0.15 };
}

export const NO_HEADS = headsOf(FEATURES.map(() => 0));

/** Some weights, of about so much altogether. */
export function someWeights(random: Random, norm: number): number[] {
  const drawn = features(random);
  const length = Math.hypot(...drawn);
  return drawn.map((value) => (norm * value) / length);
}

export const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);

/**
 * Comparisons of one who prefers by these weights, as Bradley and Terry (1952) have it: the first of two with the probability σ of how much
 * more it scores. The grades follow how far apart the scores are.
 */
export function comparisons(weights: readonly number[], count: number, random: Random, version = 0): Judgement[] {
  return Array.from({ length: count }, (_, i) => {
    const [a, b] = [features(random), features(random)];
    const difference = dot(weights, a) - dot(weights, b);
    const isFirst = random.next() < 1 / (1 + Math.exp(-difference));
    const grade = GRADES[Math.max(0, 3 - Math.floor(Math.abs(difference)))] ?? 'negligibly';
    const [chosen, rejected] = isFirst ? [a, b] : [b, a];
    return { id: `${version}-${i}`, at: i, version, head: 'helpful', kind: 'comparison', chosen, rejected, grade };
  });
}
