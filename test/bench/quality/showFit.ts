import { COST, type Eagerness, isWorthShowing, logOdds, ownLogOdds } from '../../../extension/completion/showFilter.ts';
import type { ShowOutcome } from './showOutcomes.ts';

export type Weights = readonly [constant: number, slope: number];

const ROUNDS = 50;
const probabilityOf = (odds: number) => 1 / (1 + Math.exp(-odds));

/** Number of prior outcomes at the model's own log-odds, so that a few outcomes that are all kept, or none, can be fitted, too. */
const PRIOR_WEIGHT = 0.1;

/**
 * The constant and the slope of the model's log-odds that maximise the likelihood of the outcomes: Newton's method on two weights, starting
 * from the model's own.
 */
export function fitWeights(outcomes: readonly ShowOutcome[]): Weights {
  let [constant, slope] = [0, 1];
  for (let round = 0; round < ROUNDS; round++) {
    let [g0, g1] = [-PRIOR_WEIGHT * constant, -PRIOR_WEIGHT * (slope - 1)];
    let [h00, h01, h11] = [PRIOR_WEIGHT, 0, PRIOR_WEIGHT];
    for (const outcome of outcomes) {
      const x = ownLogOdds(outcome);
      const p = probabilityOf(constant + slope * x);
      const error = (outcome.kept ? 1 : 0) - p;
      const weight = p * (1 - p);
      g0 += error;
      g1 += error * x;
      h00 += weight;
      h01 += weight * x;
      h11 += weight * x * x;
    }
    const determinant = h00 * h11 - h01 * h01;
    constant += (g0 * h11 - g1 * h01) / determinant;
    slope += (g1 * h00 - g0 * h01) / determinant;
  }
  return [constant, slope];
}

/** A suggestion with the probability that it is kept. */
export interface Judged extends ShowOutcome {
  readonly probability: number;
}

export function judge(outcomes: readonly ShowOutcome[], weights: Weights): Judged[] {
  return outcomes.map((outcome) => ({ ...outcome, probability: probabilityOf(logOdds(outcome, weights)) }));
}

/** Nats per outcome; lower is better. */
export function logLoss(judged: readonly Judged[]): number {
  return mean(judged.map(({ probability, kept }) => -Math.log(kept ? probability : 1 - probability)));
}

/** The probability that a kept suggestion ranks above one that is not kept (the area under the ROC curve). */
export function areaUnderCurve(judged: readonly Judged[]): number {
  const kept = judged.filter((each) => each.kept);
  const refused = judged.filter((each) => !each.kept);
  const wins = kept.map(({ probability: p }) => mean(refused.map(({ probability: q }) => (p > q ? 1 : p === q ? 0.5 : 0))));
  return mean(wins);
}

/** The effect of showing some of the suggestions. Shares are 0–1. */
export interface Shown {
  /** Of all suggestions. */
  readonly share: number;
  /** Shares of the shown ones: those that need no correction, and those that are the whole line. */
  readonly kept: number;
  readonly exact: number;
  /** Share of the characters that all suggestions together save. */
  readonly gained: number;
  /** Share of the suggestions that save nothing. */
  readonly wrong: number;
  /** Characters saved per suggestion, shown or not, minus {@link COST} for each that is read in vain. */
  readonly net: number;
}

export function showing(judged: readonly Judged[], isShown: (each: Judged) => boolean): Shown {
  const shown = judged.filter(isShown);
  const gained = (those: readonly Judged[]) => those.reduce((sum, each) => sum + each.gained, 0);
  const inVain = (those: readonly Judged[]) => those.filter((each) => each.gained === 0).length;
  return {
    share: shown.length / judged.length,
    kept: mean(shown.map(({ kept }) => (kept ? 1 : 0))),
    exact: mean(shown.map(({ exact }) => (exact ? 1 : 0))),
    gained: gained(shown) / gained(judged),
    wrong: inVain(shown) / inVain(judged),
    net: (gained(shown) - COST * inVain(shown)) / judged.length,
  };
}

export const byEagerness = (eagerness: Eagerness) => (each: Judged) =>
  isWorthShowing(each.probability, each.characters, eagerness);

export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
