import { PaddockError } from '../errors.ts';
import type { DecoderConfig } from '../model/config.ts';

export const STEERING_MODES = ['add', 'project'] as const;

/**
 * How the residual stream is changed behind each layer, at every token. `add`: by the coefficient times the layer's direction, as control
 * vectors of llama.cpp do it; a negative one subtracts. `project`: by removing the coefficient's share of the component along the layer's
 * direction, all of it at 1 (Arditi et al. 2024, arXiv 2406.11717).
 */
export interface Steering {
  readonly mode: (typeof STEERING_MODES)[number];
  readonly coefficient: number;
  /** `[layers, hidden size]`, of any length; zeros for layers that are left alone. */
  readonly directions: Float32Array;
}

/** The inputs of a steered graph, see Names. */
export interface SteeringRows {
  /** `[layers, hidden size]`, likewise `write` */
  readonly read: Float32Array;
  readonly write: Float32Array;
  readonly offset: number;
}

/**
 * @returns undefined where nothing would change: then the graph without steering runs
 * @throws PaddockError `bad-request` for directions of another model, or numbers that are none
 */
export function steeringRows(
  { layers, hiddenSize }: Pick<DecoderConfig, 'layers' | 'hiddenSize'>,
  steering: Steering | undefined,
): SteeringRows | undefined {
  if (!steering || steering.coefficient === 0) return undefined;
  const { mode, coefficient, directions } = steering;
  if (directions.length !== layers * hiddenSize) {
    throw new PaddockError(
      'bad-request',
      `The directions are ${directions.length} numbers; this model has ${layers} layers of ${hiddenSize}. Choose directions of this model.`,
    );
  }
  if (!Number.isFinite(coefficient) || !directions.every(Number.isFinite)) {
    throw new PaddockError('bad-request', 'A coefficient and the numbers of a direction must be finite.');
  }
  if (directions.every((value) => value === 0)) return undefined;
  if (mode === 'add') {
    return { read: new Float32Array(directions.length), write: directions.map((value) => coefficient * value), offset: 1 };
  }
  const read = new Float32Array(directions.length);
  for (let at = 0; at < directions.length; at += hiddenSize) {
    const row = directions.subarray(at, at + hiddenSize);
    const length = Math.hypot(...row);
    if (length > 0)
      read.set(
        row.map((value) => value / length),
        at,
      );
  }
  return { read, write: read.map((value) => -coefficient * value), offset: 0 };
}

/** @throws PaddockError `bad-request` for a cache whose keys and values come from a steered stream */
export function checkUnsteered({ steering }: { readonly steering: SteeringRows | undefined }): void {
  if (steering) throw new PaddockError('bad-request', 'What is observed is the model as it is, without steering.');
}
