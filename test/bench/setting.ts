import { join } from 'node:path';
import type { EngineName, LoadJob } from './measure.ts';
import type { BenchModel } from './models.ts';

/** What all sections of the report measure on. */
export interface Setting {
  readonly quick: boolean;
  readonly rounds: number;
  /** Numbers of threads that are compared. */
  readonly threads: readonly number[];
  /** Random weights of the 110 M class, and the model that comes with Paddock. */
  readonly random: BenchModel;
  readonly natural: BenchModel;
  /** A folder of the bench's own. */
  readonly root: string;
}

/** What an engine loads of a model. @param window tokens; the model's whole context unless told */
export function loading(
  { root }: Setting,
  model: BenchModel,
  engine: EngineName,
  path: string,
  threads: number,
  window = model.shape.context,
): LoadJob {
  const { layers, kvHeads, headSize, vocabulary } = model.shape;
  return { engine, path, threads, window, conversions: join(root, 'conversions'), layers, kvHeads, headSize, vocabulary };
}
