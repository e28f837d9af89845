import type { Positions } from './config.ts';

/** A model's context length and positions; encoder–decoders have no positions to scale. */
interface Read {
  readonly contextLength: number;
  readonly positions?: Positions | undefined;
}

/** The context a model can use, in tokens. */
export interface Reach {
  /** With its own scaling of positions, if it has one. */
  readonly own: number;
  /** Without any: the length that another scaling stretches. 0 if its files do not say. */
  readonly unscaled: number;
}

/**
 * What a model's files say of its reach. As Transformers writes them, linear and dynamic scalings stretch `max_position_embeddings`, and the
 * others have what they stretch beside them (`original_max_position_embeddings`).
 */
export function reachOf({ contextLength, positions }: Read): Reach {
  if (positions?.kind !== 'rotary') return { own: contextLength, unscaled: contextLength };
  const { scaling } = positions;
  switch (scaling.kind) {
    case 'none':
    case 'xpos':
      return { own: contextLength, unscaled: contextLength };
    case 'linear':
      if (scaling.original !== undefined) return { own: contextLength, unscaled: scaling.original };
      return { own: Math.floor(contextLength * scaling.factor), unscaled: contextLength };
    case 'ntk':
      return { own: Math.floor(contextLength * scaling.factor), unscaled: contextLength };
    case 'dynamic':
    case 'yarn':
      return { own: Math.max(contextLength, Math.floor(scaling.original * scaling.factor)), unscaled: scaling.original };
    case 'llama3':
    case 'longrope':
      return { own: contextLength, unscaled: scaling.original };
    case 'base':
    case 'divisors':
      return { own: contextLength, unscaled: 0 };
  }
}

/** The length that a scaling stretches, if known. */
export function stretchedLength({ contextLength, reach }: { readonly contextLength: number; readonly reach: Reach }): number {
  return reach.unscaled || contextLength;
}
