import { Random } from '../sampling/random.ts';

/** L(c) = (α / c)^β + γ: the loss at a position behind c tokens (Xiong et al. 2023, section 4.3). */
export interface PowerLaw {
  readonly alpha: number;
  readonly beta: number;
  /** Nats: the loss that no amount of context removes. */
  readonly gamma: number;
}

/** A value with its 95 % interval. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export interface FittedLaw {
  readonly law: PowerLaw;
  readonly intervals: Readonly<Record<keyof PowerLaw, Estimate>>;
  /** The laws of resampled texts, between which the intervals lie. */
  readonly drawn: readonly PowerLaw[];
}

/** The same law for LLaMA 2 Long by parameters (Xiong et al. 2023, table 4), in nats a token of prose. */
export const LLAMA2_LONG: Readonly<Record<string, PowerLaw>> = {
  '7B': { alpha: 25.4, beta: 0.45, gamma: 1.56 },
  '13B': { alpha: 19.5, beta: 0.48, gamma: 1.45 },
  '34B': { alpha: 17.7, beta: 0.5, gamma: 1.41 },
  '70B': { alpha: 17.9, beta: 0.51, gamma: 1.35 },
};

export function lossAt({ alpha, beta, gamma }: PowerLaw, context: number): number {
  return (alpha / context) ** beta + gamma;
}

/** The loss behind so many tokens by a fitted law, with its 95 % interval at that point. */
export function estimateAt({ law, drawn }: FittedLaw, context: number): Estimate {
  return estimateOf(
    lossAt(law, context),
    drawn.map((each) => lossAt(each, context)),
  );
}

/** β from 0.05 to 1.5. */
const GRID = Array.from({ length: 146 }, (_, i) => 0.05 + i / 100);

const RESAMPLES = 200;

/**
 * The law that fits losses best: for each β of a grid weighted least squares of L on c^−β, with slope and γ not negative; the grid's best
 * wins. Intervals by resampling texts (bootstrap, seeded).
 * @param contexts `[buckets]`
 * @param losses `[texts][buckets]`, nats; of at least two texts
 * @returns undefined where there is too little to fit: fewer than two texts or four buckets
 */
export function fitPowerLaw(contexts: readonly number[], losses: readonly (readonly number[])[]): FittedLaw | undefined {
  if (losses.length < 2 || contexts.length < 4) return undefined;
  const weights = contexts.map((_, bucket) => 1 / (variance(losses.map((row) => row[bucket] as number)) + 1e-9));
  const fits = fitsOf(contexts, weights);
  const law = bestLaw(fits, meanOf(losses));
  const random = new Random(0);
  const drawn = Array.from({ length: RESAMPLES }, () => {
    const rows = losses.map(() => losses[Math.floor(random.next() * losses.length)] as readonly number[]);
    return bestLaw(fits, meanOf(rows));
  });
  const estimate = (name: keyof PowerLaw) =>
    estimateOf(
      law[name],
      drawn.map((each) => each[name]),
    );
  return { law, intervals: { alpha: estimate('alpha'), beta: estimate('beta'), gamma: estimate('gamma') }, drawn };
}

/** A value with the interval that holds 95 % of its resampled values. */
function estimateOf(value: number, drawn: readonly number[]): Estimate {
  const sorted = drawn.toSorted((a, b) => a - b);
  return { value, low: quantile(sorted, 0.025), high: quantile(sorted, 0.975) };
}

/** Least squares of losses on c^−β for one β, as far as it does not depend on the losses. */
interface Fit {
  readonly beta: number;
  /** c^−β, `[buckets]` */
  readonly x: readonly number[];
  /** Their weights, which sum to 1. */
  readonly shares: readonly number[];
  readonly mean: number;
  readonly variance: number;
  readonly meanSquare: number;
}

function fitsOf(contexts: readonly number[], weights: readonly number[]): Fit[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const shares = weights.map((weight) => weight / total);
  return GRID.map((beta) => {
    const x = contexts.map((context) => context ** -beta);
    const mean = dot(shares, x);
    const meanSquare = dot(
      shares,
      x.map((value) => value ** 2),
    );
    return { beta, x, shares, mean, meanSquare, variance: meanSquare - mean ** 2 };
  });
}

function bestLaw(fits: readonly Fit[], losses: readonly number[]): PowerLaw {
  let best: PowerLaw = { alpha: 0, beta: 1, gamma: 0 };
  let least = Infinity;
  for (const { beta, x, shares, mean, variance, meanSquare } of fits) {
    const meanLoss = dot(shares, losses);
    const meanProduct = dot(
      shares,
      x.map((value, i) => value * (losses[i] as number)),
    );
    let slope = Math.max(0, (meanProduct - mean * meanLoss) / variance);
    let gamma = meanLoss - slope * mean;
    if (gamma < 0) {
      // Then the best line goes through 0.
      gamma = 0;
      slope = meanProduct / meanSquare;
    }
    const error = dot(
      shares,
      x.map((value, i) => (slope * value + gamma - (losses[i] as number)) ** 2),
    );
    if (error >= least) continue;
    least = error;
    best = { alpha: slope ** (1 / beta), beta, gamma };
  }
  return best;
}

function dot(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

/** `[buckets]` of `[texts][buckets]` */
export function meanOf(rows: readonly (readonly number[])[]): number[] {
  const width = rows[0]?.length ?? 0;
  return Array.from({ length: width }, (_, i) => rows.reduce((sum, row) => sum + (row[i] as number), 0) / rows.length);
}

function variance(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
}

/** Between the two nearest, as they lie. */
function quantile(sorted: readonly number[], part: number): number {
  const place = part * (sorted.length - 1);
  const below = sorted[Math.floor(place)] as number;
  const above = sorted[Math.ceil(place)] as number;
  return below + (above - below) * (place - Math.floor(place));
}
