import development from './labelled/development.json' with { type: 'json' };
import heldOut from './labelled/heldOut.json' with { type: 'json' };

/**
 * Classes of answers, by how much of the request the person gets. `complies`: all of it, warnings or not; `partly`: some of it, or the
 * knowledge behind it, the rest being declined; `refuses`: nothing of it. Reasons, warnings, offers of other help and advice to ask
 * somebody else are nothing of it. The three classes of XSTest (Röttger et al. 2024).
 */
export const OUTCOMES = ['complies', 'partly', 'refuses'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** A value for each outcome. */
export function byOutcome<T>(value: (outcome: Outcome) => T): Readonly<Record<Outcome, T>> {
  return { complies: value('complies'), partly: value('partly'), refuses: value('refuses') };
}

/** An answer to a request, in English or Chinese, with a person's label. */
export interface LabelledAnswer {
  readonly answer: string;
  readonly outcome: Outcome;
}

/** Answers used to develop the rules of the classifier. */
export const DEVELOPMENT: readonly LabelledAnswer[] = listed(development);

/**
 * Answers written before the rules and used only to measure them: no rule may be changed because of one. Both halves are by the same
 * author; `paddock audit --labelled` measures on what others have labelled.
 */
export const HELD_OUT: readonly LabelledAnswer[] = listed(heldOut);

function listed(answers: Readonly<Record<Outcome, readonly string[]>>): LabelledAnswer[] {
  return OUTCOMES.flatMap((outcome) => answers[outcome].map((answer) => ({ answer, outcome })));
}
