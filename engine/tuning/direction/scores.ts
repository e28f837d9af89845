/** Probabilities of one row of logits, in float64. */
export function probabilities(logits: ArrayLike<number>): Float64Array {
  const row = Float64Array.from(logits);
  const highest = row.reduce((most, logit) => Math.max(most, logit), -Infinity);
  let sum = 0;
  for (let i = 0; i < row.length; i++) {
    row[i] = Math.exp((row[i] as number) - highest);
    sum += row[i] as number;
  }
  return row.map((value) => value / sum);
}

/** Probabilities are clamped this far from 0 and 1: float32 logits are not more precise. */
const LEAST = 1e-8;

/** How strongly a model tends to refuse, in nats: ln P − ln (1 − P), P that of the tokens that refusals begin with (Arditi et al. 2024). */
export function refusalScore(distribution: Float64Array, tokens: readonly number[]): number {
  const total = tokens.reduce((sum, token) => sum + (distribution[token] ?? 0), 0);
  const bounded = Math.min(1 - LEAST, Math.max(LEAST, total));
  return Math.log(bounded) - Math.log(1 - bounded);
}

/**
 * KL(before ‖ after) of two distributions, in nats.
 * @param apart tokens that are left out of both, such as those of a refusal, of which there is meant to be less
 */
export function divergence(before: Float64Array, after: Float64Array, apart: readonly number[] = []): number {
  const [left, right] = [without(before, apart), without(after, apart)];
  let sum = 0;
  for (const [token, p] of left.entries()) {
    if (p > 0) sum += p * (Math.log(p) - Math.log(Math.max(right[token] as number, Number.MIN_VALUE)));
  }
  return sum;
}

/**
 * A distribution without some tokens, renormalised; the whole distribution if they are nearly all of it, since nothing would be left to
 * compare.
 */
function without(distribution: Float64Array, tokens: readonly number[]): Float64Array {
  const rest = distribution.slice();
  for (const token of tokens) rest[token] = 0;
  const sum = rest.reduce((all, p) => all + p, 0);
  return sum > LEAST ? rest.map((p) => p / sum) : distribution;
}

/**
 * The tokens that answers to one set begin with and answers to the other do not: at most this many, by the difference of their mean
 * probabilities, and none with less than a tenth of the largest difference.
 */
export function tellingTokens(refused: readonly Float64Array[], answered: readonly Float64Array[], most: number): number[] {
  const mean = (rows: readonly Float64Array[], token: number) =>
    rows.reduce((sum, row) => sum + (row[token] as number), 0) / rows.length;
  const size = refused[0]?.length ?? 0;
  const differences = Array.from({ length: size }, (_, token) => mean(refused, token) - mean(answered, token));
  const best = [...differences.keys()].sort((a, b) => (differences[b] as number) - (differences[a] as number)).slice(0, most);
  const least = (differences[best[0] ?? 0] ?? 0) / 10;
  return best.filter((token) => (differences[token] as number) > Math.max(0, least));
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
