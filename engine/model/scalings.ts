import type { RopeScaling } from './config.ts';

/** Scalings of rotary positions that can be chosen for a model; each takes one number. */
export const SCALING_KINDS = ['none', 'linear', 'base', 'ntk', 'dynamic', 'yarn'] as const;
export type ScalingKind = (typeof SCALING_KINDS)[number];

/**
 * A scaling from what a person chooses of it.
 * @param value the factor, ≥ 1, or the base; of no meaning for `none`
 * @param trained tokens of context that the model reads without scaling, which some scalings stretch
 */
export function scalingOf(kind: ScalingKind, value: number, trained: number): RopeScaling {
  switch (kind) {
    case 'none':
      return { kind };
    case 'linear':
    case 'ntk':
      return { kind, factor: value };
    case 'base':
      return { kind, base: value };
    case 'dynamic':
      return { kind, factor: value, original: trained };
    case 'yarn':
      // Peng et al. 2023: their β and the temperature they fitted.
      return {
        kind,
        factor: value,
        original: trained,
        betaFast: 32,
        betaSlow: 1,
        attentionFactor: value <= 1 ? 1 : 0.1 * Math.log(value) + 1,
        truncate: true,
      };
  }
}
