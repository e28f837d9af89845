import { type Level, ORDERS } from './levels.ts';

/** Scopes a gate tells apart: the timeline, the workspace. */
const SCOPES = 2;
const COUNTS = 5;
const SHAPES = 3;
const CONFIDENCES = [0.3, 0.7, 0.93] as const;

/** Numbers of features in each group; a level has one of each group. */
const GROUPS = [
  1,
  SCOPES * ORDERS.length,
  COUNTS * SHAPES,
  (CONFIDENCES.length + 1) * 2,
  ORDERS.length * SHAPES,
  SCOPES * COUNTS,
] as const;

const OFFSETS = GROUPS.map((_, group) => GROUPS.slice(0, group).reduce((sum, size) => sum + size, 0));
export const FEATURES = GROUPS.reduce((sum, size) => sum + size, 0);

const RATE = 0.2;

/**
 * How far to trust a level: a logistic regression over its features, learned from what is typed. Its gradient is the share of the
 * probability that came from the level, minus the weight it had (as in expectation maximisation for mixtures; online with Adagrad, Duchi
 * et al. 2011).
 */
export class Gate {
  readonly weights: Float64Array;
  readonly #squares: Float64Array;

  /** @param prior a weight for each of {@link FEATURES} */
  constructor(prior?: ArrayLike<number>) {
    this.weights = prior ? Float64Array.from(prior) : new Float64Array(FEATURES);
    this.#squares = new Float64Array(FEATURES).fill(1);
  }

  /** The weight of a level against all that is shorter, 0–1. */
  trust(features: readonly number[]): number {
    let sum = 0;
    for (const feature of features) sum += this.weights[feature] as number;
    return 1 / (1 + Math.exp(-sum));
  }

  /** @param error the part of the token's probability that came from the level, less its weight */
  learn(features: readonly number[], error: number): void {
    for (const feature of features) {
      const squares = (this.#squares[feature] as number) + error * error;
      this.#squares[feature] = squares;
      this.weights[feature] = (this.weights[feature] as number) + (RATE * error) / Math.sqrt(squares);
    }
  }
}

/**
 * The features of a level: places in {@link Gate.weights}.
 * @param believed the model's most probable token
 * @param confidence its probability
 */
export function featuresOf(level: Level, believed: number, confidence: number): number[] {
  const { order, scope, total, counts, best, bestCount } = level;
  const count = Math.min(COUNTS - 1, Math.floor(Math.log2(total)));
  const shape = counts.size === 1 ? 0 : bestCount * 2 >= total ? 1 : 2;
  const above = CONFIDENCES.filter((border) => confidence >= border).length;
  const within = [
    0,
    scope * ORDERS.length + order,
    count * SHAPES + shape,
    above * 2 + (best === believed ? 1 : 0),
    order * SHAPES + shape,
    scope * COUNTS + count,
  ];
  return within.map((feature, group) => (OFFSETS[group] as number) + feature);
}
