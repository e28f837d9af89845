/** What answers agree on (maj1@k; Wang et al. 2023, self-consistency). */
export interface Vote {
  /** The place of the answer that stands for those that agree: the first of them. */
  readonly winner: number;
  readonly votes: number;
  /** Of all answers, 0–1. */
  readonly agreement: number;
  /** Answers that say the same, by their places, the most first; equals in the order they were given. */
  readonly groups: readonly (readonly number[])[];
}

const FENCE = /^```[^\n]*\n([\s\S]*?)\n?```$/;
const LEAD =
  /^(?:so,? |therefore,? |thus,? )?(?:(?:the|my) )?(?:final )?(?:answer|result|output)(?: is)?\s*[:=]?\s+|^(?:it is|it's|it returns|it prints) /;

/**
 * An answer normalised for comparison: without case, code marks, a lead such as "The answer is", surrounding quotes and full stops;
 * numbers in their shortest form.
 */
export function normalisedAnswer(answer: string): string {
  const plain = answer.normalize('NFKC').trim().replace(FENCE, '$1').toLowerCase().replaceAll(/\s+/g, ' ');
  const bare = plain.replace(LEAD, '').replaceAll(/^[\s"'`*_(]+|[\s"'`*_).,;:!?]+$/g, '');
  const number = bare.replaceAll(/(?<=\d),(?=\d{3}(?:\D|$))/g, '').replace(/^\$\s*/, '');
  return /^[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/.test(number) ? String(Number(number)) : bare;
}

/** Takes a vote among answers. Empty ones have none. @returns undefined if all are empty */
export function majorityVote(answers: readonly string[]): Vote | undefined {
  const groups = new Map<string, number[]>();
  for (const [place, answer] of answers.entries()) {
    const said = normalisedAnswer(answer);
    if (said === '') continue;
    const group = groups.get(said);
    if (group) group.push(place);
    else groups.set(said, [place]);
  }
  const sorted = [...groups.values()].sort((a, b) => b.length - a.length);
  const first = sorted[0];
  if (!first) return undefined;
  return { winner: first[0] as number, votes: first.length, agreement: first.length / answers.length, groups: sorted };
}
