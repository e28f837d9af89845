import type { ShownJudging, ShownVote } from '../../../webview/protocol/chatPreference.ts';
import type { Message } from '../conversation.ts';

/** What most of several short answers say; undefined where they are no such thing. */
export type VoteOf = (texts: readonly string[]) => ShownVote | undefined;

/**
 * What the panel shows so that an answer can be judged; null where there is nothing to be learnt from it.
 * @param versions of the answer, itself among them, the first one first
 */
export function judgingOf(answer: Message, versions: readonly Message[], voteOf: VoteOf): ShownJudging | null {
  const { weighed } = answer;
  if (answer.role !== 'assistant' || !weighed || answer.state === 'streaming') return null;
  const drawn = drawnWith(answer, versions);
  const said = versions.filter(({ text, weighed: own }) => text !== '' && own?.model === weighed.model);
  return {
    drawing: 0,
    thumb: weighed.thumb ?? null,
    versions: said.length > 1 ? versions.filter((each) => said.includes(each) || drawn.includes(each)).map(shownVersion) : [],
    order: drawn.map(({ id }) => id),
    isRanked: drawn.some((each) => each.weighed?.rank !== undefined),
    vote: drawn.length > 1 ? (voteOf(drawn.map(({ text }) => text)) ?? null) : null,
  };
}

/** Those that were drawn together with an answer, the best first: in the person's order, else by what the heads said of them. */
export function drawnWith({ weighed }: Message, versions: readonly Message[]): Message[] {
  if (weighed?.draw === undefined) return [];
  const drawn = versions.filter((each) => each.weighed?.draw === weighed.draw);
  const placeOf = ({ weighed: own }: Message) => own?.rank ?? drawn.length;
  const worth = ({ weighed: own }: Message) => own?.scores.combined ?? 0;
  return drawn.toSorted((one, other) => placeOf(one) - placeOf(other) || worth(other) - worth(one));
}

function shownVersion({ id, text, weighed }: Message): ShownJudging['versions'][number] {
  return { id, text, scores: weighed?.scores ?? null };
}
