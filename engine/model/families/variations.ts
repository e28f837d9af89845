import type { Fields } from '../fields.ts';
import type { Sizes, Variation } from './family.ts';

export const everyLayer = () => true;

/** The numbers of the layers for which `is` holds, of so many layers. */
export function layersThat(layers: number, is: (layer: number) => boolean): ReadonlySet<number> {
  return new Set(Array.from({ length: layers }, (_, layer) => layer).filter(is));
}

/** Sliding-window attention in the layers for which `isWindowed` holds, if the model's fields give a window (Beltagy et al. 2020). */
export function windowed(isWindowed: (layer: number, fields: Fields) => boolean) {
  return (fields: Fields, { layers }: Sizes): Variation => {
    // llama.cpp's converter writes 0 for none.
    if ((fields.get('sliding_window') ?? 0) === 0) return {};
    const window = {
      size: fields.count('sliding_window'),
      layers: layersThat(layers, (layer) => isWindowed(layer, fields)),
    };
    return { attention: { window } };
  };
}
