/** Log-odds of the threshold at both ends of the dial: there all is refused, or nothing. */
export const DIAL_ENDS = 8;

/** Where the dial stands for a threshold of the probability of a refusal: its log-odds, within the dial's ends. @param threshold 0–1 */
export function placeOf(threshold: number): number {
  if (threshold <= 0) return -DIAL_ENDS;
  if (threshold >= 1) return DIAL_ENDS;
  return Math.max(-DIAL_ENDS, Math.min(DIAL_ENDS, Math.log(threshold / (1 - threshold))));
}

/** The threshold at a place of the dial. */
export function thresholdAt(place: number): number {
  if (place <= -DIAL_ENDS) return 0;
  return place >= DIAL_ENDS ? 1 : 1 / (1 + Math.exp(-place));
}

/** Multiple of the difference of means that is added, or subtracted, at an end of the dial. */
const REACH = 2;

/**
 * What the dial does along a refusal direction: it adds the difference of means behind its layer on the strict side, and subtracts it on the
 * permissive one (contrastive activation addition, Panickssery et al. 2024, arXiv 2312.06681). In the middle, nothing. Projecting it out, as
 * Arditi et al. (2024, arXiv 2406.11717) do against refusals, has no strict side, and makes what a small model answers more like what it
 * refuses, too: of the default model more was refused halfway than before, so it is left to whoever sets levers by themselves.
 */
export function steeringAt(threshold: number): { readonly mode: 'add'; readonly coefficient: number } {
  const place = placeOf(threshold);
  return { mode: 'add', coefficient: place === 0 ? 0 : (-REACH * place) / DIAL_ENDS };
}

/**
 * A bias on the tokens that refusals begin with, in nats, as a threshold: added to their logits it moves the log-odds of their sum by as
 * much, so that a refusal is the more probable just where its probability was above this. Positive is strict.
 */
export function thresholdOfBias(bias: number): number {
  return thresholdAt(-bias);
}

export function biasOfThreshold(threshold: number): number {
  return placeOf(threshold) === 0 ? 0 : -placeOf(threshold);
}

/** Places at which a direction is tried for each request of an audit, strict first. */
export const TRIED_PLACES: readonly number[] = [-8, -4, 0, 4, 8];

/**
 * The threshold of the dial up to which a request is refused, read from how probable a refusal of it is with the dial at some places: where
 * its log-odds cross zero, drawn straight between two places. Where they cross more than once, the most permissive crossing.
 * @param probabilities of a refusal, at `places` in order, ascending
 * @returns 0–1: refused where the dial's threshold is below this, as of a model that decides by its first token
 */
export function crossingOf(probabilities: readonly number[], places: readonly number[] = TRIED_PLACES): number {
  const odds = probabilities.map((p) => Math.log(Math.max(p, 1e-12)) - Math.log(Math.max(1 - p, 1e-12)));
  const last = odds.findLastIndex((value) => value > 0);
  if (last < 0) return 0;
  if (last === odds.length - 1) return 1;
  const [from, to] = [places[last] as number, places[last + 1] as number];
  const [high, low] = [odds[last] as number, odds[last + 1] as number];
  return thresholdAt(from + ((to - from) * high) / (high - low));
}
