import { PaddockError } from '../errors.ts';
import type { ModelFile } from './files.ts';
import type { RowRange } from './weights.ts';

/** Bytes read from a file at once: small compared with a model, large compared with the cost of a call. */
const CHUNK_BYTES = 4 * 2 ** 20;

/** A tensor as a matrix: rows along all axes but the last, so that `[experts, rows, columns]` has experts · rows; a vector has one. */
export function matrixOf(shape: readonly number[]): { rows: number; columns: number } {
  const columns = shape.at(-1) ?? 1;
  return { rows: shape.slice(0, -1).reduce((product, size) => product * size, 1), columns };
}

/** The requested rows; all if none are given. @throws PaddockError `bad-request` when there are no such rows */
export function rowsOf(name: string, shape: readonly number[], range: RowRange | undefined): RowRange {
  const { rows } = matrixOf(shape);
  const { start, end } = range ?? { start: 0, end: rows };
  if (start >= 0 && start <= end && end <= rows) return { start, end };
  throw new PaddockError('bad-request', `"${name}" has ${rows} rows; there are no rows ${start} to ${end}.`);
}

/** Rows of a matrix in a file, a few megabytes at a time. */
export async function* chunksOf(file: ModelFile, first: number, rowBytes: number, range: RowRange) {
  const step = Math.max(1, Math.floor(CHUNK_BYTES / rowBytes));
  for (let start = range.start; start < range.end; start += step) {
    const end = Math.min(start + step, range.end);
    yield { start, end, bytes: await file.read(first + start * rowBytes, (end - start) * rowBytes) };
  }
}

/** Two spans `[start, end)` that share bytes, if any do. */
export function overlapping(spans: { name: string; start: number; end: number }[]): [string, string] | undefined {
  const sorted = [...spans].sort((a, b) => a.start - b.start);
  let last: { name: string; end: number } | undefined;
  for (const span of sorted) {
    if (span.end === span.start) continue;
    if (last && span.start < last.end) return [last.name, span.name];
    last = span;
  }
  return undefined;
}
