import { type Head, type HeadName, type Heads, scoreOf, standardised } from './heads.ts';
import { type Grade, type Judgement, pairsOf } from './judgements.ts';
import { type Loss, leastBy } from './newton.ts';

/**
 * Margins by which the chosen answer should outscore the rejected one, by grade (Touvron et al. 2023, table 27). Learning uses the small
 * ones.
 */
export const MARGINS = {
  none: { significantly: 0, better: 0, slightly: 0, negligibly: 0 },
  small: { significantly: 1, better: 2 / 3, slightly: 1 / 3, negligibly: 0 },
  large: { significantly: 3, better: 2, slightly: 1, negligibly: 0 },
} as const satisfies Readonly<Record<string, Readonly<Record<Grade, number>>>>;
export type MarginKind = keyof typeof MARGINS;

/** Weights of other judgements relative to one comparison: a thumb compares nothing, and what becomes of a suggestion is largely chance. */
const THUMB_WEIGHT = 0.5;
const SUGGESTION_WEIGHT = 0.1;

/**
 * Whether a suggestion is accepted depends above all on how often this person accepts any. Suggestions have a bias of their own for that,
 * so that it affects neither weights nor the head's bias; scaled by this, the prior hardly constrains it.
 */
const SUGGESTION_BIAS = 10;

/** Number of comparisons, of answers that differ by about one deviation in every feature, that weigh as much as the prior. */
const PRIOR_STRENGTH = 10;

export interface LearningOptions {
  /** `small` unless told. */
  readonly margins?: MarginKind;
  /** Precision of the prior of each weight; 10 unless told. */
  readonly strength?: number;
}

/** One addend of the loss: weight · ln(1 + e^(margin − inputs · θ)). */
export interface Term {
  /** Standardised features, of two answers their difference; then what the bias is multiplied by, and what {@link SUGGESTION_BIAS} is. */
  readonly inputs: Float64Array;
  readonly margin: number;
  readonly weight: number;
}

/** The terms of a head that judgements make. @param heads standardise the features */
export function termsOf(heads: Heads, head: HeadName, judgements: readonly Judgement[], margins: MarginKind = 'small'): Term[] {
  return judgements.filter((judgement) => judgement.head === head).flatMap((judgement) => termsOfOne(heads, judgement, margins));
}

function termsOfOne(heads: Heads, judgement: Judgement, margins: MarginKind): Term[] {
  if (judgement.kind === 'thumb') return [pointTerm(heads, judgement.features, judgement.isUp, [1, 0], THUMB_WEIGHT)];
  if (judgement.kind === 'suggestion') {
    return [pointTerm(heads, judgement.features, judgement.isAccepted, [0, SUGGESTION_BIAS], SUGGESTION_WEIGHT)];
  }
  return pairsOf(judgement).map(({ chosen, rejected, grade, weight }) => {
    const [better, worse] = [standardised(heads, chosen), standardised(heads, rejected)];
    const inputs = Float64Array.of(...better.map((value, i) => value - (worse[i] as number)), 0, 0);
    return { inputs, margin: grade === undefined ? 0 : MARGINS[margins][grade], weight };
  });
}

/** A judgement of one answer alone is about the sign of its score. @param biases what the two are multiplied by */
function pointTerm(
  heads: Heads,
  features: readonly number[],
  isGood: boolean,
  biases: readonly [number, number],
  weight: number,
): Term {
  const sign = isGood ? 1 : -1;
  const inputs = Float64Array.of(...standardised(heads, features), ...biases).map((value) => sign * value);
  return { inputs, margin: 0, weight };
}

/**
 * At θ = [weights, bias, bias of suggestions]: Σ weight · −ln σ(r(chosen) − r(rejected) − margin) + strength/2 · |θ − prior|²: the
 * ranking loss with margins of Touvron et al. 2023, equation 2, and the pull towards the prior. It is convex.
 */
export function lossAt(theta: Float64Array, terms: readonly Term[], prior: Float64Array, strength: number): Loss {
  const size = theta.length;
  const gradient = theta.map((value, i) => strength * (value - (prior[i] as number)));
  const hessian = new Float64Array(size * size);
  for (let i = 0; i < size; i++) hessian[i * size + i] = strength;
  let value = (strength / 2) * theta.reduce((sum, each, i) => sum + (each - (prior[i] as number)) ** 2, 0);
  for (const { inputs, margin, weight } of terms) {
    const missing = margin - dot(inputs, theta);
    value += weight * softplus(missing);
    const wrong = 1 / (1 + Math.exp(-missing));
    addTo(gradient, inputs, -weight * wrong, 0, size);
    const curvature = weight * wrong * (1 - wrong);
    for (let i = 0; i < size; i++) addTo(hessian, inputs, curvature * (inputs[i] as number), i * size, i + 1); // its lower half
  }
  for (let i = 0; i < size; i++) for (let j = 0; j < i; j++) hessian[j * size + i] = hessian[i * size + j] as number;
  return { value, gradient, hessian };
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

/** target[from + j] += scale · values[j], for the first so many. */
function addTo(target: Float64Array, values: Float64Array, scale: number, from: number, count: number): void {
  for (let j = 0; j < count; j++) target[from + j] = (target[from + j] as number) + scale * (values[j] as number);
}

/**
 * Moves the heads from the prior to what the judgements say: the least loss there is, by Newton's method, in milliseconds.
 * @param prior the shipped heads, not those learned before: what was learned is learned again from all judgements
 */
export function learn(prior: Heads, judgements: readonly Judgement[], options: LearningOptions = {}): Heads {
  const { margins = 'small', strength = PRIOR_STRENGTH } = options;
  const learned = (name: HeadName): Head => {
    const terms = termsOf(prior, name, judgements, margins);
    if (terms.length === 0) return prior[name];
    const start = Float64Array.of(...prior[name].weight, prior[name].bias, 0);
    const theta = leastBy((at) => lossAt(at, terms, start, strength), start);
    return { weight: Array.from(theta.subarray(0, -2)), bias: theta.at(-2) as number };
  };
  return { ...prior, helpful: learned('helpful'), safe: learned('safe') };
}

/** Whether a head orders a pair as the person did; half of it where both score the same. */
export function isOrdered(heads: Heads, name: HeadName, chosen: readonly number[], rejected: readonly number[]): number {
  const difference = scoreOf(heads[name], standardised(heads, chosen)) - scoreOf(heads[name], standardised(heads, rejected));
  return difference > 0 ? 1 : difference === 0 ? 0.5 : 0;
}

/** ln(1 + e^x), which does not overflow. */
function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}
