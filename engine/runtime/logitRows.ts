import { Names } from '../graph/names.ts';
import type { Outputs } from './cachedGraph.ts';
import type { LogitRow } from './modelRuntime.ts';

/** The rows of logits that a graph of Paddock's gave, without a copy. */
export function rowsOf(outputs: Outputs): LogitRow[] {
  const logits = outputs[Names.logits]?.data as Float32Array;
  const best = outputs[Names.best]?.data as BigInt64Array;
  const sums = outputs[Names.logSumExp]?.data as Float32Array;
  const width = logits.length / best.length;
  return Array.from(sums, (logSumExp, row) => ({
    logits: logits.subarray(row * width, (row + 1) * width),
    summary: { best: Number(best[row]), logSumExp },
  }));
}
