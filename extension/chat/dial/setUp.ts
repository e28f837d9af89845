import { LEVERS, type Lever } from '../../../webview/protocol/chatRefusals.ts';
import { isObject, isOneOf, isString } from '../../../webview/protocol/guards.ts';

/** The set-up a place of the dial was read under; the place means something only under the very same. */
export interface SetUp {
  /** Identifies the model's weights. */
  readonly weights: string;
  readonly lever: Lever;
  /** Identifies the direction that the dial drives; empty if it drives none. */
  readonly direction: string;
  /** What conversations begin with; empty for nothing. */
  readonly prompt: string;
}

export const isSetUp = isObject<SetUp>({
  weights: isString,
  lever: isOneOf(...LEVERS),
  direction: isString,
  prompt: isString,
});

/** The first part in which two set-ups differ; undefined if they are the same. */
export function differenceOf(one: SetUp, other: SetUp): keyof SetUp | undefined {
  return (['weights', 'lever', 'direction', 'prompt'] as const).find((each) => one[each] !== other[each]);
}
