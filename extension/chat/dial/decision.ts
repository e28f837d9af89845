import { isShare } from '../../../webview/protocol/chatRefusals.ts';
import { isBoolean, isObject, isString } from '../../../webview/protocol/guards.ts';

/** How it was decided whether a question was to be answered, as it is kept with the answer. */
export interface Decision {
  /** Of a refusal, and above which it would have come to one; 0–1. */
  readonly probability: number;
  readonly threshold: number;
  readonly refused: boolean;
  /** Path of the model that decided. */
  readonly model: string;
  /** Whether the person is to be asked to move the dial, having wanted an answer anyway. */
  readonly offers: boolean;
}

export const isDecision = isObject<Decision>({
  probability: isShare,
  threshold: isShare,
  refused: isBoolean,
  model: isString,
  offers: isBoolean,
});
