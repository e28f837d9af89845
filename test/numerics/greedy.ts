import type { CacheOptions, ModelRuntime } from '../../engine/runtime/modelRuntime.ts';
import { logitsOf } from '../support/logitsOf.ts';
import { argMax } from './compare.ts';

/** The `count` tokens by which a runtime greedily continues a prompt; no token ends it. */
export async function greedy(
  runtime: ModelRuntime,
  prompt: readonly number[],
  count: number,
  options: CacheOptions = {},
): Promise<number[]> {
  const cache = runtime.newCache(options);
  const tokens: number[] = [];
  for (let ids = prompt; tokens.length < count; ids = tokens.slice(-1)) {
    tokens.push(argMax(await logitsOf(runtime, { ids, rows: [ids.length - 1] }, cache)));
  }
  cache.dispose();
  return tokens;
}
