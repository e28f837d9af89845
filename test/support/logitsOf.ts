import type { Batch, Cache, ModelRuntime, SlotRange } from '../../engine/runtime/modelRuntime.ts';

/** Runs a batch. @returns the logits of its rows one after the other, `[rows, vocabulary]` */
export async function logitsOf(runtime: ModelRuntime, batch: Batch, cache: Cache): Promise<Float32Array> {
  const rows = await runtime.run(batch, cache);
  const all = new Float32Array(rows.length * runtime.vocabularySize);
  for (const [i, { logits }] of rows.entries()) all.set(logits, i * runtime.vocabularySize);
  return all;
}

/** What new tokens see that see all before them. A run to which that is said is one of the plain graph, however many tokens it has. */
export function allBefore(cached: number, count: number): readonly SlotRange[][] {
  return Array.from({ length: count }, (_, i) => [{ start: 0, end: cached + i + 1 }]);
}
