import { LEVERS, type Lever } from '../../../webview/protocol/chatRefusals.ts';
import { isObject, isOneOf, isString } from '../../../webview/protocol/guards.ts';

/** Under what a place of the dial was read: it means something under the very same alone. */
export interface SetUp {
  /** What tells the weights of the model from others. */
  readonly weights: string;
  readonly lever: Lever;
  /** What tells the direction that the dial drives from others; empty where it drives none. */
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

/** What is the first of a set-up that is otherwise in another; undefined where they are the same. */
export function differenceOf(one: SetUp, other: SetUp): keyof SetUp | undefined {
  return (['weights', 'lever', 'direction', 'prompt'] as const).find((each) => one[each] !== other[each]);
}
