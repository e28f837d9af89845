import type { ShownJudging, ShownVote } from '../../../webview/protocol/chatPreference.ts';
import type { Message } from '../conversation.ts';

/** The majority of several short answers, and the places of those that agree. */
export interface AnswersVote {
  readonly shown: ShownVote;
  readonly winners: ReadonlySet<number>;
}

/** Lets answers vote; undefined where they are too long for it, or none agree. */
export type VoteOf = (texts: readonly string[]) => AnswersVote | undefined;

/**
 * What the panel shows for judging an answer; null if nothing can be learned from it.
 * @param versions of the answer, itself among them, the first one first
 */
export function judgingOf(answer: Message, versions: readonly Message[], voteOf: VoteOf): ShownJudging | null {
  const { weighed } = answer;
  if (answer.role !== 'assistant' || !weighed || answer.state === 'streaming') return null;
  const { drawn, vote } = drawnWith(answer, versions, voteOf);
  const said = versions.filter(({ text, weighed: own }) => text !== '' && own?.model === weighed.model);
  return {
    drawing: 0,
    thumb: weighed.thumb ?? null,
    versions: said.length > 1 ? versions.filter((each) => said.includes(each) || drawn.includes(each)).map(shownVersion) : [],
    order: drawn.map(({ id }) => id),
    drawn: drawn.flatMap(copiesOf).length,
    isRanked: drawn.some((each) => each.weighed?.rank !== undefined),
    vote: vote ?? null,
  };
}

/**
 * The candidates generated together with an answer, best first: in the person's order, else those with the majority (maj1@k) and then by
 * the heads' scores.
 */
function drawnWith(
  { weighed }: Message,
  versions: readonly Message[],
  voteOf: VoteOf,
): { readonly drawn: readonly Message[]; readonly vote?: ShownVote } {
  if (weighed?.draw === undefined) return { drawn: [] };
  const all = versions.filter((each) => each.weighed?.draw === weighed.draw);
  const voters = all.flatMap(copiesOf);
  const vote = voteOf(voters.map(({ text }) => text));
  const winners = new Set(voters.filter((_, i) => vote?.winners.has(i)));
  const placed = all.map((message) => ({
    message,
    rank: message.weighed?.rank ?? all.length,
    wins: Number(winners.has(message)),
    worth: message.weighed?.scores.combined ?? 0,
  }));
  placed.sort((one, other) => one.rank - other.rank || other.wins - one.wins || other.worth - one.worth);
  return { drawn: placed.map(({ message }) => message), ...(vote && { vote: vote.shown }) };
}

/** An answer as often as it was drawn. */
function copiesOf(message: Message): readonly Message[] {
  return Array.from({ length: message.weighed?.copies ?? 1 }, () => message);
}

function shownVersion({ id, text, weighed }: Message): ShownJudging['versions'][number] {
  return { id, text, scores: weighed?.scores ?? null, gate: weighed?.gate ?? null };
}
