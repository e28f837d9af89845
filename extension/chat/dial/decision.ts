import { type ChatAnswer, classifyAnswer, type ModelInfo } from '../../../engine/index.ts';
import { BALANCED, isShare, THRESHOLD_STEPS } from '../../../webview/protocol/chatRefusals.ts';
import { isBoolean, isNullable, isObject, isString } from '../../../webview/protocol/guards.ts';
import type { Told } from './levers.ts';
import { isSetUp, type SetUp } from './setUp.ts';

/** Where the dial would have had to be. */
export interface PassingPlace {
  /** The strictest place of the dial at which the question is not refused, 0–1. */
  readonly passes: number;
  /** The set-up under which that holds. */
  readonly under: SetUp;
}

/** How it was decided whether to answer a question, as stored with the answer. */
export interface Decision {
  /** Of a refusal, and above which it would have come to one; 0–1. Null where only the answer's words say that it refuses. */
  readonly probability: number | null;
  readonly threshold: number | null;
  readonly refused: boolean;
  /** Key of the model that decided. */
  readonly model: string;
  /** Where the person, who wanted an answer anyway, is offered to move the dial; absent if there is nothing to offer. */
  readonly offer?: PassingPlace;
}

const isPlace = isObject<PassingPlace>({ passes: isShare, under: isSetUp });

export const isDecision = isObject<Decision>({
  probability: isNullable(isShare),
  threshold: isNullable(isShare),
  refused: isBoolean,
  model: isString,
  offer: (value): value is PassingPlace => value === undefined || isPlace(value),
});

/**
 * What is stored of a decision. If no token says whether the answer refuses, its words do; an answer that does not refuse needs no record
 * if no lever was active.
 * @param wanted the dial's set-up, if the question had been refused and an answer was wanted anyway
 */
export function decisionFor(
  { text, refusal }: Pick<ChatAnswer, 'text' | 'refusal'>,
  { key: model, decidesToRefuse }: Pick<ModelInfo, 'key' | 'decidesToRefuse'>,
  { refuseAbove = BALANCED, steering }: Told,
  wanted?: SetUp,
): Decision | undefined {
  const refused = refusal?.refused === true || (!decidesToRefuse && classifyAnswer(text) === 'refuses');
  if (!refusal) return refused ? { probability: null, threshold: null, refused, model } : undefined;
  // A steered model's probability says nothing about the dial: if that drives a direction, the place has to be read along it.
  const isOfDial = wanted !== undefined && wanted.lever !== 'direction' && !steering && !refused;
  const offer = isOfDial && { offer: { passes: thresholdThatPasses(refusal.probability), under: wanted } };
  return { probability: refusal.probability, threshold: refuseAbove, refused, model, ...offer };
}

/** A refusal that is less probable comes about at the strictest places of the dial alone. */
const WORTH_TELLING = 0.05;

/**
 * Whether the decision is shown below an answer: if it was or could have been a refusal, and always if levers are set individually. Below
 * any other answer it would be one more number without meaning.
 */
export function isTold({ probability, refused }: Pick<Decision, 'probability' | 'refused'>, isExpert: boolean): boolean {
  return refused || isExpert || (probability ?? 0) >= WORTH_TELLING;
}

/** The strictest place of the dial at which a refusal of this probability does not come about. */
export function thresholdThatPasses(probability: number): number {
  return Math.min(1, Math.ceil(probability * THRESHOLD_STEPS) / THRESHOLD_STEPS);
}
