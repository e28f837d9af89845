import { type Gate, isGate, isScores, isThumb, type ShownScores, type Thumb } from '../../../webview/protocol/chatPreference.ts';
import { type Guard, isCount, isFiniteNumber, isListOf, isObject, isString } from '../../../webview/protocol/guards.ts';

/** What is stored with an answer so that it can be judged, now and later. */
export interface Weighed {
  /** Path of the model that gave it. */
  readonly model: string;
  /** What its preference heads see of it. */
  readonly features: readonly number[];
  /** Their scores then, and which version of them it was. */
  readonly scores: ShownScores;
  readonly version: number;
  /** Why it was ranked by safety; absent where it was not. */
  readonly gate?: Gate;
  /** Identifies all candidates generated together; absent for a single one. */
  readonly draw?: string;
  /** How many of these say the same, kept as this one answer; absent for itself alone. */
  readonly copies?: number;
  /** Its place in the person's order of these, from 0; absent where there is none. */
  readonly rank?: number;
  /** What the person said of it; absent for nothing. */
  readonly thumb?: Thumb;
}

function isMissingOr<T>(isValue: Guard<T>): Guard<T | undefined> {
  return (value): value is T | undefined => value === undefined || isValue(value);
}

type Stored = { readonly [Field in keyof Required<Weighed>]: Weighed[Field] };

const isStored = isObject<Stored>({
  model: isString,
  features: isListOf(isFiniteNumber),
  scores: isScores,
  version: isCount,
  gate: isMissingOr(isGate),
  draw: isMissingOr(isString),
  copies: isMissingOr(isCount),
  rank: isMissingOr(isCount),
  thumb: isMissingOr(isThumb),
});

export const isWeighed: Guard<Weighed> = (value): value is Weighed => isStored(value);
