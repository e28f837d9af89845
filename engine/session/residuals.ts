import { PaddockError } from '../errors.ts';
import type { CacheOptions, ModelRuntime } from '../runtime/modelRuntime.ts';
import { PREFILL_CHUNK } from './timeline.ts';

/**
 * The residual stream after each layer at some tokens of a sequence, computed from scratch.
 * @param positions of the tokens, ascending
 * @param options.layers of the model
 * @returns `[layers, positions, hidden size]`
 * @throws PaddockError `bad-request` for a model that cannot be observed, or invalid positions
 */
export async function residualsAt(
  runtime: ModelRuntime,
  tokens: readonly number[],
  positions: readonly number[],
  { layers, ...options }: CacheOptions & { readonly layers: number },
): Promise<Float32Array> {
  if (!runtime.observe) throw new PaddockError('bad-request', 'This model cannot be observed: its graph comes with its files.');
  if (positions.length === 0 || positions.some((at, i) => !(at < tokens.length && at > (positions[i - 1] ?? -1)))) {
    throw new PaddockError('bad-request', `There are no tokens ${positions} among ${tokens.length}.`);
  }
  const cache = runtime.newCache(options);
  try {
    let all = new Float32Array();
    for (let start = 0, done = 0; done < positions.length; start += PREFILL_CHUNK) {
      const ids = tokens.slice(start, start + PREFILL_CHUNK);
      const rows = positions.flatMap((at) => (at >= start && at < start + ids.length ? [at - start] : []));
      // A run has one row at least.
      const stream = await runtime.observe({ ids, rows: rows.length > 0 ? rows : [ids.length - 1] }, cache);
      const size = stream.length / layers / Math.max(1, rows.length);
      if (all.length === 0) all = new Float32Array(layers * positions.length * size);
      for (let layer = 0; layer < layers && rows.length > 0; layer++) {
        const part = stream.subarray(layer * rows.length * size, (layer + 1) * rows.length * size);
        all.set(part, (layer * positions.length + done) * size);
      }
      done += rows.length;
    }
    return all;
  } finally {
    cache.dispose();
  }
}
