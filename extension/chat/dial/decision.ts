import { type ChatAnswer, classifyAnswer, type ModelInfo } from '../../../engine/index.ts';
import { BALANCED, isShare, THRESHOLD_STEPS } from '../../../webview/protocol/chatRefusals.ts';
import { isBoolean, isNullable, isObject, isString } from '../../../webview/protocol/guards.ts';
import type { Told } from './levers.ts';

/** How it was decided whether a question was to be answered, as it is kept with the answer. */
export interface Decision {
  /** Of a refusal, and above which it would have come to one; 0–1. Null where only the answer's words say that it refuses. */
  readonly probability: number | null;
  readonly threshold: number | null;
  readonly refused: boolean;
  /** Key of the model that decided. */
  readonly model: string;
  /** Whether the person is to be asked to move the dial, having wanted an answer anyway. */
  readonly offers: boolean;
}

export const isDecision = isObject<Decision>({
  probability: isNullable(isShare),
  threshold: isNullable(isShare),
  refused: isBoolean,
  model: isString,
  offers: isBoolean,
});

/**
 * What is kept of how an answer was decided. Where no lever says, the answer's words do, and an answer that does not refuse needs no word.
 * @param anyway it had been refused before
 */
export function decisionFor(
  { text, refusal }: Pick<ChatAnswer, 'text' | 'refusal'>,
  { key: model }: Pick<ModelInfo, 'key'>,
  { refuseAbove = BALANCED }: Told,
  anyway: boolean,
): Decision | undefined {
  if (refusal) return { ...refusal, threshold: refuseAbove, model, offers: anyway };
  const refused = classifyAnswer(text) === 'refuses';
  return refused || anyway ? { probability: null, threshold: null, refused, model, offers: anyway && !refused } : undefined;
}

/** A refusal that is less probable comes about at the strictest places of the dial alone. */
const WORTH_TELLING = 0.05;

/**
 * Whether it is told below an answer how it was decided: where it came to a refusal or could have, and always to who sets each lever by itself.
 * Below any other answer it would be one more number that says nothing.
 */
export function isTold({ probability, refused }: Pick<Decision, 'probability' | 'refused'>, isExpert: boolean): boolean {
  return refused || isExpert || (probability ?? 0) >= WORTH_TELLING;
}

/** The strictest place of the dial at which a refusal of this probability does not come about; where nobody knows it, the last one. */
export function thresholdThatPasses(probability: number | null): number {
  return probability === null ? 1 : Math.min(1, Math.ceil(probability * THRESHOLD_STEPS) / THRESHOLD_STEPS);
}
