import type { SamplingOptions } from '../../../engine/sampling/sampler.ts';

/**
 * The probability of each token by the definitions, in float64 and with whole arrays: bias, repetition penalty, top-k, top-p and min-p
 * over the probabilities that are left, temperature.
 */
export function distribution(logits: ArrayLike<number>, options: SamplingOptions, history: readonly number[] = []): number[] {
  const { temperature, topK, topP, minP = 0, repetitionPenalty = 1, repetitionWindow = 64 } = options;
  const bias = new Map(options.logitBias ?? []);
  const occurred = new Set(repetitionWindow === 0 ? [] : history.slice(-repetitionWindow));
  const changed = Array.from(logits, (logit, token) => {
    const biased = logit + (bias.get(token) ?? 0);
    if (!occurred.has(token)) return biased;
    return biased > 0 ? biased / repetitionPenalty : biased * repetitionPenalty;
  });
  let left = [...changed.keys()].sort((a, b) => (changed[b] as number) - (changed[a] as number) || a - b);
  if (topK > 0) left = left.slice(0, topK);
  const probability = softmax(left.map((token) => changed[token] as number));
  if (topP < 1) {
    let sum = 0;
    left = left.filter((_, i) => {
      const isNeeded = i === 0 || sum < topP;
      sum += probability[i] as number;
      return isNeeded;
    });
  }
  left = left.filter((_, i) => (probability[i] as number) >= minP * (probability[0] as number));
  const result = new Array<number>(logits.length).fill(0);
  const drawn = softmax(left.map((token) => (changed[token] as number) / temperature));
  for (const [i, token] of left.entries()) result[token] = drawn[i] as number;
  return result;
}

export function softmax(values: readonly number[]): number[] {
  const highest = Math.max(...values);
  const weights = values.map((value) => Math.exp(value - highest));
  const total = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / total);
}
