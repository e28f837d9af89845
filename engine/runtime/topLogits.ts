import { Candidates } from '../sampling/candidates.ts';
import { logSumExp } from '../sampling/sampler.ts';
import type { Batch, Cache, ModelRuntime, TopLogits } from './modelRuntime.ts';

/** {@link ModelRuntime.runTop} of any runtime: of one without it, whole rows come back. */
export async function runTop(runtime: ModelRuntime, batch: Batch, cache: Cache, count: number): Promise<TopLogits[]> {
  if (runtime.runTop) return runtime.runTop(batch, cache, count);
  const rows = await runtime.run(batch, cache);
  return rows.map(({ logits }) => topOf(logits, count));
}

/** The largest logits of a row, `[vocabulary]`. */
export function topOf(row: Float32Array, count: number): TopLogits {
  const best = new Candidates();
  best.takeTop(row, undefined, count);
  const tokens = Int32Array.from({ length: best.count }, (_, i) => best.at(i));
  return {
    tokens,
    logits: Float32Array.from(tokens, (token) => row[token] as number),
    logSumExp: logSumExp(row, row[tokens[0] as number] as number),
  };
}
