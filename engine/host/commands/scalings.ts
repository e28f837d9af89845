import { PaddockError } from '../../errors.ts';
import type { NamedScaling } from '../../generate/contextCurve.ts';
import type { RopeScaling } from '../../model/config.ts';

/** How scalings are named on the command line. */
export const SCALING_HELP =
  'own: as the model says; none; linear:FACTOR, ntk:FACTOR, base:BASE, dynamic:FACTOR, yarn:FACTOR (default: own)';

/**
 * A scaling from its name, such as `linear:4`.
 * @param trained tokens of context the model was trained on, from which some scalings stretch
 * @throws PaddockError `bad-request`
 */
export function scalingNamed(name: string, trained: number): NamedScaling {
  const [kind, text, ...more] = name.split(':');
  const value = Number(text);
  if (more.length === 0 && (kind === 'own' || kind === 'none') && text === undefined) {
    return kind === 'own' ? { name } : { name, scaling: { kind } };
  }
  const isPossible = more.length === 0 && text !== undefined && Number.isFinite(value) && value > 0;
  const scaling = isPossible ? scalingOf(kind, value, trained) : undefined;
  if (!scaling) throw new PaddockError('bad-request', `"${name}" is no scaling. There are: ${SCALING_HELP}.`);
  return { name, scaling };
}

function scalingOf(kind: string | undefined, value: number, original: number): RopeScaling | undefined {
  switch (kind) {
    case 'linear':
    case 'ntk':
      return { kind, factor: value };
    case 'base':
      return { kind, base: value };
    case 'dynamic':
      return { kind, factor: value, original };
    case 'yarn':
      // Peng et al. 2023: their β and the temperature they fitted.
      return {
        kind,
        factor: value,
        original,
        betaFast: 32,
        betaSlow: 1,
        attentionFactor: value <= 1 ? 1 : 0.1 * Math.log(value) + 1,
        truncate: true,
      };
    default:
      return undefined;
  }
}
