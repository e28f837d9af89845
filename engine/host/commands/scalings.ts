import { PaddockError } from '../../errors.ts';
import type { NamedScaling } from '../../generate/contextCurve.ts';
import { SCALING_KINDS, scalingOf } from '../../model/scalings.ts';

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
  const known = SCALING_KINDS.find((each) => each === kind && each !== 'none');
  if (!known || !isPossible) throw new PaddockError('bad-request', `"${name}" is no scaling. There are: ${SCALING_HELP}.`);
  return { name, scaling: scalingOf(known, value, trained) };
}
