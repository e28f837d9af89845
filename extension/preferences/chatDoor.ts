import { featuresOf, majorityVote, type Ranked, rankAnswers } from '../../engine/index.ts';
import type { PreferenceDoor, Unweighed, Weight } from '../chat/preference/door.ts';
import type { VoteOf } from '../chat/preference/judging.ts';
import { isDue, learnt, withJudgements, withoutJudgement, withRecent } from './changes.ts';
import { bestOf, type LimitWords, Measured } from './measured.ts';
import type { Preferences } from './preferences.ts';

/** Longest answer, in characters, that takes part in a vote. */
const SHORT = 80;

/** Implements the chat's door to preferences on top of the store. @param open the page */
export function chatDoor(preferences: Preferences, words: LimitWords, open: () => void): PreferenceDoor {
  const measured = new Measured();
  const judge: PreferenceDoor['judge'] = (model, judgements) =>
    preferences.change(model, (stored, prior) => {
      const judged = withJudgements(stored, judgements);
      return isDue(judged) ? learnt(judged, prior, Date.now()).stored : judged;
    });
  return {
    best: (model) => {
      const known = preferences.known(model);
      return known && bestOf(known, measured.of(known, []), words);
    },
    setCount: (model, count) => preferences.change(model, (stored) => ({ ...stored, count })),
    weigh: (model, answers) => weigh(preferences, measured, model, answers),
    judge,
    takeBack: (model, id) => preferences.change(model, (stored) => withoutJudgement(stored, id)),
    voteOf,
    open: async () => open(),
  };
}

/** Takes a vote among short answers; a single answer is no majority. */
export const voteOf: VoteOf = (texts) => {
  const said = texts.map((text) => text.trim());
  if (said.length < 2 || said.some((text) => text.length > SHORT || text.includes('\n'))) return undefined;
  const vote = majorityVote(said);
  if (!vote || vote.votes < 2) return undefined;
  const shown = { answer: said[vote.winner] ?? '', votes: vote.votes, of: said.length };
  return { shown, winners: new Set(vote.groups[0]) };
};

async function weigh(
  preferences: Preferences,
  measured: Measured,
  model: string,
  answers: readonly Unweighed[],
): Promise<readonly Weight[]> {
  const known = await preferences.load(model);
  if (!known || answers.length === 0) return [];
  const { heads, version } = measured.of(known, []);
  const features = answers.map(({ seen }) => ('features' in seen ? seen.features : featuresOf(seen.observed, known.prior.mean)));
  const { ranked, seen } = rankAnswers(heads, features, {
    seen: known.stored.seen,
    isTagged: answers.some(({ isTagged }) => isTagged),
  });
  const winners = voteOf(answers.map(({ text }) => text))?.winners;
  // A ranking by safety does not improve with how often something is said.
  const wins = ({ index, by }: Ranked) => Number(by === 'helpful' && (winners?.has(index) ?? false));
  const weights = ranked
    .toSorted((one, other) => wins(other) - wins(one))
    .map(({ index, helpful, safe, probability, gate }): Weight => {
      const scores = { helpful, safe, combined: probability };
      return { index, weighed: { model, features: features[index] ?? [], scores, version, ...(gate && { gate }) } };
    });
  const [best] = weights;
  const shown = best && answers[best.index];
  if (shown) {
    const { id, text, isRefusal } = shown;
    const answer = { id, at: Date.now(), text, features: best.weighed.features, isRefusal };
    await preferences.change(model, (stored) => withRecent({ ...stored, seen }, [answer]));
  }
  return weights;
}
