import { PaddockError } from '../../errors.ts';
import type { NamedScaling } from '../../generate/contextCurve.ts';
import { reachOf, stretchedLength } from '../../model/reach.ts';
import { SCALING_KINDS, scalingOf } from '../../model/scalings.ts';

/** How scalings are named on the command line. */
export const SCALING_HELP =
  'own: as the model says; none; linear:FACTOR, ntk:FACTOR, base:BASE, dynamic:FACTOR, yarn:FACTOR (default: own)';

/**
 * A scaling of a model from its name, such as `linear:4`.
 * @throws PaddockError `bad-request`
 */
export function scalingNamed(name: string, config: Parameters<typeof reachOf>[0]): NamedScaling {
  const [kind, text, ...more] = name.split(':');
  const value = Number(text);
  if (more.length === 0 && (kind === 'own' || kind === 'none') && text === undefined) {
    return kind === 'own' ? { name } : { name, scaling: { kind } };
  }
  const isPossible = more.length === 0 && text !== undefined && Number.isFinite(value) && value > 0;
  const known = SCALING_KINDS.find((each) => each === kind && each !== 'none');
  if (!known || !isPossible) throw new PaddockError('bad-request', `"${name}" is no scaling. There are: ${SCALING_HELP}.`);
  const { contextLength } = config;
  return { name, scaling: scalingOf(known, value, stretchedLength({ contextLength, reach: reachOf(config) })) };
}
