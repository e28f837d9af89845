import { differenceOf, type SetUp } from '../chat/dial/setUp.ts';
import type { Audit } from './audit.ts';

/** Why an audit's threshold cannot be put on the dial: another model, another set-up, or the model was not read over the dial. */
export type Obstacle = 'closed' | 'model' | 'steered' | 'unswept' | keyof SetUp;

/**
 * What stands in the way of using the threshold of an audit; undefined where nothing does.
 * @param open key of the open model, and under what its dial stands; undefined where there is none
 */
export function obstacleTo(
  { key, told: { steering, setUp } }: Pick<Audit, 'key' | 'told'>,
  open: { readonly key: string | undefined; readonly setUp: SetUp | undefined },
): Obstacle | undefined {
  if (open.key === undefined) return 'closed';
  if (key !== open.key) return 'model';
  if (setUp) return open.setUp ? differenceOf(setUp, open.setUp) : 'lever';
  return steering === '' ? 'unswept' : 'steered';
}
