import { probabilityOf } from '../sampling/probability.ts';
import { argMax } from '../sampling/sampler.ts';

/** Entropy of the distribution that logits stand for, at temperature 1, in nats: ln Σ e^x − Σ p x. */
export function entropyOf(logits: Float32Array): number {
  const highest = logits[argMax(logits)] as number;
  let [total, weighted] = [0, 0];
  for (const logit of logits) {
    const below = logit - highest;
    const weight = Math.exp(below);
    total += weight;
    if (weight > 0) weighted += weight * below;
  }
  return Math.log(total) - weighted / total;
}

/** Log-probability (natural, finite) that one of the tokens that end a text comes next. */
export function endIn(logits: Float32Array, stopTokens: ReadonlySet<number>): number {
  return Math.log(Math.max(probabilityOf(stopTokens, logits), Number.MIN_VALUE));
}
