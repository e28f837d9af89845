import { PaddockError } from '../errors.ts';
import type { ControlVector } from '../model/gguf/controlVector.ts';
import type { Steering } from '../runtime/steering.ts';
import type { ModelConfig } from './model.ts';

/**
 * Steering a model along the directions of a file. Directions are added after their own layers. A single direction is projected out after
 * every layer (Arditi et al. 2024); several are projected out after their own.
 * @throws PaddockError `bad-request` if they belong to another model
 */
export function steeringOf(
  { directions, hiddenSize }: ControlVector,
  { layers, hiddenSize: size }: Pick<ModelConfig, 'layers' | 'hiddenSize'>,
  { mode, coefficient }: Pick<Steering, 'mode' | 'coefficient'>,
): Steering {
  const last = Math.max(...directions.keys());
  if (hiddenSize !== size || last >= layers) {
    throw new PaddockError(
      'bad-request',
      `These directions are of ${hiddenSize} numbers and reach to layer ${last}; the model has ${layers} layers of ${size ?? 'an unknown number'}. ` +
        'Choose directions that were found in this model.',
    );
  }
  const all = new Float32Array(layers * hiddenSize);
  const isOne = mode === 'project' && directions.size === 1;
  for (const [own, direction] of directions) {
    for (const layer of isOne ? Array(layers).keys() : [own]) all.set(direction, layer * hiddenSize);
  }
  return { mode, coefficient, directions: all };
}
