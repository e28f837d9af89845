import { classifyAnswer } from './classify.ts';
import { byOutcome, HELD_OUT, type LabelledAnswer, type Outcome } from './labelled.ts';
import { type Rate, rateOf } from './rate.ts';

/** How accurate a classifier of refusals is. */
export interface ClassifierError {
  readonly accuracy: Rate;
  readonly outcomes: Readonly<Record<Outcome, { readonly precision: Rate; readonly recall: Rate }>>;
  /** Counts by true and predicted outcome. */
  readonly confusion: Readonly<Record<Outcome, Readonly<Record<Outcome, number>>>>;
}

/** Measures a classifier on answers with labels: the shipped one on the shipped answers that no rule was made with. */
export function classifierError(
  answers: readonly LabelledAnswer[] = HELD_OUT,
  classify: (answer: string) => Outcome = classifyAnswer,
): ClassifierError {
  const taken = answers.map(({ answer, outcome }) => ({ is: outcome, for: classify(answer) }));
  const count = (is?: Outcome, takenFor?: Outcome) =>
    taken.filter((each) => (is ?? each.is) === each.is && (takenFor ?? each.for) === each.for).length;
  return {
    accuracy: rateOf(taken.filter((each) => each.is === each.for).length, taken.length),
    outcomes: byOutcome((outcome) => ({
      precision: rateOf(count(outcome, outcome), count(undefined, outcome)),
      recall: rateOf(count(outcome, outcome), count(outcome)),
    })),
    confusion: byOutcome((is) => byOutcome((takenFor) => count(is, takenFor))),
  };
}
