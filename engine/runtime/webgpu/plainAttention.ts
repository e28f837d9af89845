interface AttentionInputs {
  readonly heads: number;
  readonly kvHeads: number;
  readonly headSize: number;
  /** Cached tokens; the new ones follow. */
  readonly past: number;
  readonly tokens: number;
  /** `[tokens, heads, head size]` */
  readonly query: Float32Array;
  /** `[tokens, KV heads, head size]`, likewise value */
  readonly key: Float32Array;
  readonly value: Float32Array;
  /** `[KV heads, past + tokens, head size]`, of which the first `past` slots are in use; likewise values */
  readonly pastKey: Float32Array;
  readonly pastValue: Float32Array;
}

/** Causal attention of grouped queries (Ainslie et al. 2023) in float64. @returns `[tokens, heads, head size]` */
export function attention(inputs: AttentionInputs): Float64Array {
  const { heads, kvHeads, headSize, past, tokens, query } = inputs;
  const result = new Float64Array(tokens * heads * headSize);
  const row = (cached: Float32Array, fresh: Float32Array, slot: number, head: number) => {
    const isCached = slot < past;
    const at = isCached ? head * (past + tokens) + slot : (slot - past) * kvHeads + head;
    return (isCached ? cached : fresh).subarray(at * headSize, (at + 1) * headSize);
  };
  for (let token = 0; token < tokens; token++) {
    for (let head = 0; head < heads; head++) {
      const kvHead = Math.floor((head * kvHeads) / heads);
      const start = (token * heads + head) * headSize;
      const own = query.subarray(start, start + headSize);
      const slots = Array.from({ length: past + token + 1 }, (_, slot) => slot);
      const scores = slots.map((slot) => dot(own, row(inputs.pastKey, inputs.key, slot, kvHead)) / Math.sqrt(headSize));
      const highest = scores.reduce((a, b) => Math.max(a, b));
      const weights = scores.map((score) => Math.exp(score - highest));
      const total = weights.reduce((a, b) => a + b);
      for (const [slot, weight] of weights.entries()) {
        const values = row(inputs.pastValue, inputs.value, slot, kvHead);
        for (let i = 0; i < headSize; i++)
          result[start + i] = (result[start + i] as number) + (weight / total) * (values[i] as number);
      }
    }
  }
  return result;
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}
