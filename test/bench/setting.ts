import { join } from 'node:path';
import type { EngineName, LoadJob } from './measure.ts';
import type { BenchModel, GgufModel } from './models.ts';

/** What all sections of the report measure with. */
export interface Setting {
  readonly quick: boolean;
  readonly rounds: number;
  /** Numbers of threads to compare. */
  readonly threads: readonly number[];
  /** The random model of 110 M parameters, and the default model. */
  readonly random: BenchModel;
  readonly natural: BenchModel;
  /** A random model of the size that people with a few GB to spare choose. */
  readonly large: GgufModel;
  /** The bench's temporary folder. */
  readonly root: string;
}

/**
 * What an engine loads for a model.
 * @param window in tokens; the model's whole context by default
 */
export function loading(
  { root }: Setting,
  model: Pick<GgufModel, 'shape'>,
  engine: EngineName,
  path: string,
  threads: number,
  window = model.shape.context,
): LoadJob {
  const { layers, kvHeads, headSize, vocabulary } = model.shape;
  return { engine, path, threads, window, conversions: join(root, 'conversions'), layers, kvHeads, headSize, vocabulary };
}
