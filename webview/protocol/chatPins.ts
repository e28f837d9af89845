/** What is pinned to a conversation, and whether answers follow it. */
import { type Guard, isBoolean, isListOf, isObject, isOneOf, isPartOf, isString } from './guards.ts';

export const PIN_MODES = ['off', 'first', 'every'] as const;
export type PinMode = (typeof PIN_MODES)[number];

/** Rules that are checked in every answer. */
export const CONSTRAINTS = ['typescript', 'noComments', 'fiveLines', 'chinese'] as const;
export type Constraint = (typeof CONSTRAINTS)[number];

/** Whether an answer keeps to an instruction. */
export interface Check {
  readonly constraint: Constraint;
  readonly kept: boolean;
}

/** What is said throughout a conversation. */
export interface ShownPin {
  /** In the person's words; empty for none. */
  readonly text: string;
  readonly mode: PinMode;
  readonly constraints: readonly Constraint[];
}

/** What of it a person changes; the rest stays as it is when the change arrives. */
export type PinChange = Partial<
  Pick<ShownPin, 'text' | 'mode'> & {
    /** Rules that are checked from now on, or no longer. */
    readonly constraints: Partial<Readonly<Record<Constraint, boolean>>>;
  }
>;

export const isConstraint = isOneOf(...CONSTRAINTS);
export const isCheck = isObject<Check>({ constraint: isConstraint, kept: isBoolean });

export const isPin = isObject<ShownPin>({ text: isString, mode: isOneOf(...PIN_MODES), constraints: isListOf(isConstraint) });

export const isPinChange: Guard<PinChange> = isPartOf<Required<PinChange>>({
  text: isString,
  mode: isOneOf(...PIN_MODES),
  constraints: isPartOf({ typescript: isBoolean, noComments: isBoolean, fiveLines: isBoolean, chinese: isBoolean }),
});
