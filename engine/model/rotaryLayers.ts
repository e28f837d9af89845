import type { Positions } from './config.ts';

export type Rotary = Extract<Positions, { kind: 'rotary' }>;

/** The model's own tables, or those of the layers that have a base of their own. */
export type RotaryTable = 'own' | 'local';

/** Which tables rotate a layer; undefined where it is not rotated. */
export function tableOf({ layersWithout, local }: Rotary, layer: number): RotaryTable | undefined {
  if (layersWithout.has(layer)) return undefined;
  return local?.layers.has(layer) ? 'local' : 'own';
}
