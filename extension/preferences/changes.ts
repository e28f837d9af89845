import {
  type Attempt,
  attemptVersion,
  firstVersions,
  type Heads,
  type HeadsVersions,
  type Judgement,
  keptJudgements,
  rolledBack,
} from '../../engine/index.ts';
import type { RecentAnswer, StoredPreferences } from './stored.ts';

/** Most judgements stored; fewer of suggestions, which come automatically, and of which the oldest are dropped. */
export const MOST_JUDGEMENTS = 2_000;
export const MOST_SUGGESTIONS = 500;
/** Answers that are remembered for the meter and the plot. */
const MOST_RECENT = 200;
/** Characters of an answer that are stored, to recognise it by. */
const REMEMBERED = 80;
/** Stored digits of a feature: more than two devices agree on. */
const DIGITS = 5;
/** The heads learn again automatically after this many judgements. */
const LEARN_EVERY = 10;

/** The versions of the heads with the prior as it ships now, which an update of Paddock may have changed. */
export function versionsOf({ heads }: StoredPreferences, prior: Heads): HeadsVersions {
  if (!heads) return firstVersions(prior, 0);
  return { ...heads, versions: heads.versions.map((each) => (each.id === 0 ? { ...each, heads: prior } : each)) };
}

/** Adds judgements; one given before is replaced. */
export function withJudgements(stored: StoredPreferences, judgements: readonly Judgement[]): StoredPreferences {
  if (judgements.length === 0) return stored;
  const ids = new Set(judgements.map(({ id }) => id));
  const all = [...stored.judgements.filter(({ id }) => !ids.has(id)), ...judgements.map(shortened)];
  const told = withRoom(
    stored,
    all.filter(({ kind }) => kind !== 'suggestion'),
  );
  const suggested = all.filter(({ kind }) => kind === 'suggestion').slice(-MOST_SUGGESTIONS);
  const kept = new Set([...told, ...suggested]);
  const fresh = stored.fresh + judgements.filter(({ kind }) => kind !== 'suggestion').length;
  return { ...stored, judgements: all.filter((each) => kept.has(each)), fresh };
}

/** Until something was learned there is one version, and the newest are kept. */
function withRoom({ heads }: StoredPreferences, told: readonly Judgement[]): readonly Judgement[] {
  return heads ? keptJudgements(told, heads.versions, MOST_JUDGEMENTS) : told.slice(-MOST_JUDGEMENTS);
}

/** Removes a judgement. */
export function withoutJudgement(stored: StoredPreferences, id: string): StoredPreferences {
  return { ...stored, judgements: stored.judgements.filter((each) => each.id !== id) };
}

/** Remembers answers that were given. */
export function withRecent(stored: StoredPreferences, answers: readonly RecentAnswer[]): StoredPreferences {
  const short = answers.map((answer) => ({
    ...answer,
    text: answer.text.trim().replaceAll(/\s+/g, ' ').slice(0, REMEMBERED),
    features: answer.features.map(rounded),
  }));
  return { ...stored, recent: [...stored.recent, ...short].slice(-MOST_RECENT) };
}

/** Whether there are enough new judgements for the heads to learn from. */
export function isDue({ fresh }: StoredPreferences): boolean {
  return fresh >= LEARN_EVERY;
}

/** Lets the heads learn, and returns the result. */
export function learnt(
  stored: StoredPreferences,
  prior: Heads,
  now: number,
): { readonly stored: StoredPreferences; readonly attempt: Attempt } {
  const attempt = attemptVersion(versionsOf(stored, prior), stored.judgements, now);
  return { stored: { ...stored, heads: attempt.versions, fresh: 0 }, attempt };
}

/** Uses another version of the heads. */
export function withActive(stored: StoredPreferences, prior: Heads, version: number): StoredPreferences {
  return { ...stored, heads: rolledBack(versionsOf(stored, prior), version) };
}

/** Resets to the shipped heads and one answer per question; the judgements stay. */
export function asShipped(stored: StoredPreferences): StoredPreferences {
  return { ...stored, heads: null, fresh: 0, count: 1 };
}

/** Erases all judgements and everything learned from them. */
export function erased(stored: StoredPreferences): StoredPreferences {
  return { ...asShipped(stored), count: stored.count, judgements: [], recent: [] };
}

function shortened(judgement: Judgement): Judgement {
  switch (judgement.kind) {
    case 'comparison':
      return { ...judgement, chosen: judgement.chosen.map(rounded), rejected: judgement.rejected.map(rounded) };
    case 'ranking':
      return {
        ...judgement,
        answers: judgement.answers.map(({ features, rank }) => ({ features: features.map(rounded), rank })),
      };
    default:
      return { ...judgement, features: judgement.features.map(rounded) };
  }
}

function rounded(value: number): number {
  return Number(value.toPrecision(DIGITS));
}
