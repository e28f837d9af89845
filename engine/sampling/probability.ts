import type { Pool } from './candidates.ts';
import { argMax, logSumExp } from './sampler.ts';

/**
 * Log-probability (natural) of a token at temperature 1.
 * @param logits `[vocabulary]`
 * @param pool the tokens that are possible; the whole vocabulary where absent
 */
export function logProbabilityOf(token: number, logits: Float32Array, pool?: Pool): number {
  const highest = logits[argMax(logits, pool)] as number;
  return (logits[token] as number) - logSumExp(logits, highest, pool);
}

/**
 * Probability that one of some tokens comes next, at temperature 1.
 * @param logits `[vocabulary]`; tokens beyond it are impossible
 * @returns 0–1
 */
export function probabilityOf(tokens: Iterable<number>, logits: Float32Array): number {
  const highest = logits[argMax(logits)] as number;
  let all = 0;
  for (const logit of logits) all += Math.exp(logit - highest);
  let own = 0;
  for (const token of tokens) own += Math.exp((logits[token] ?? -Infinity) - highest);
  return Math.min(1, own / all);
}
