/** Numbers of a projection: no more than 32, a bit of a token's hash each. */
export const STATE_SIZE = 16;

/**
 * A projection of the model's last hidden state, read off the logits; the same as training/preference/state.py. Logits are the last hidden
 * state h times the head's matrix W, so a fixed projection of the logits is one of h: with random signs R, R · W · h. Such projections keep
 * distances about as they are (Achlioptas 2003). It needs neither another output of the graph nor another run.
 * @param logits of one token, whose constant does not count; those that are not finite are left out
 * @returns {@link STATE_SIZE} numbers
 */
export function projectedState(logits: Float32Array): number[] {
  const finite = logits.filter(Number.isFinite);
  const mean = finite.reduce((sum, logit) => sum + logit, 0) / finite.length;
  const sums = new Float64Array(STATE_SIZE);
  for (const [token, logit] of logits.entries()) {
    if (!Number.isFinite(logit)) continue;
    const signs = hashOf(token + 1);
    for (let bit = 0; bit < STATE_SIZE; bit++)
      sums[bit] = (sums[bit] as number) + ((signs >>> bit) & 1 ? logit - mean : mean - logit);
  }
  return Array.from(sums, (sum) => sum / Math.sqrt(logits.length));
}

/** The finaliser of MurmurHash3. */
function hashOf(value: number): number {
  let hash = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
