/**
 * The divergence of best-of-K from drawing once, in nats: ln K − (K − 1)/K, whatever the reward (Stiennon et al. 2020, appendix G.3; an
 * upper bound where answers can be the same, Beirami et al. 2024).
 */
export function divergenceOfBest(count: number): number {
  return Math.log(count) - (count - 1) / count;
}

/** Half the range over which the normal distribution is integrated, in deviations, and the steps. */
const RANGE = 10;
const STEPS = 20_000;

/**
 * What the largest of K draws from the normal distribution is expected to be, in deviations: ∫ x K φ(x) Φ(x)^(K−1) dx. It is what
 * choosing the best of K can gain of a reward that is about normal.
 */
export function expectedMaximum(count: number): number {
  const step = (2 * RANGE) / STEPS;
  let below = 0; // Φ up to the middle of the step, and the sum of x over it
  let sum = 0;
  for (let i = 0; i < STEPS; i++) {
    const x = -RANGE + (i + 0.5) * step;
    const density = (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) * step;
    sum += x * count * density * (below + density / 2) ** (count - 1);
    below += density;
  }
  return sum;
}

/**
 * The mean of the largest of K values, over all choices of K of those that are there: Σ C(i − 1, K − 1)/C(n, K) · x₍ᵢ₎ of the ascending
 * values. With K = n it is the largest, with K = 1 the mean.
 */
export function expectedMaximumOf(values: readonly number[], count: number): number {
  const sorted = [...values].sort((a, b) => b - a);
  const n = sorted.length;
  if (count > n) return sorted[0] ?? Number.NaN;
  let sum = 0;
  let share = count / n; // that the largest is among the chosen
  for (const [i, value] of sorted.entries()) {
    if (i > n - count) break;
    sum += share * value;
    share *= (n - count - i) / (n - 1 - i);
  }
  return sum;
}
