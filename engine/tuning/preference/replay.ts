import { groupedBy } from '../../measure/groups.ts';
import { combined } from './combine.ts';
import { type Heads, scoresOf } from './heads.ts';
import type { Judgement } from './judgements.ts';

/** Heads that were in use, by the number that judgements name them by. */
export interface NumberedHeads {
  readonly id: number;
  readonly heads: Heads;
}

/** Of judgements made under one version, those that are learned from again in any case. */
const REPLAYED = 200;

/**
 * The judgements to learn from: all made under the latest version, and of every earlier one those of its best samples. When only the latest
 * samples were used, abilities regressed (Touvron et al. 2023, section 3.2.3: the best samples of all earlier versions are kept).
 * @param versions the prior first
 * @param most of an earlier version
 */
export function replayed(
  judgements: readonly Judgement[],
  versions: readonly NumberedHeads[],
  most: number = REPLAYED,
): Judgement[] {
  const byVersion = byVersions(judgements);
  return byVersion.flatMap(([version, own], i) =>
    i === byVersion.length - 1 || own.length <= most ? own : bestSamples(own, headsOf(version, versions), most),
  );
}

/**
 * What is kept of judgements that have no room: half of the room for the best samples of every version, the rest for the newest. In the
 * order they were given.
 * @param versions the prior first
 */
export function keptJudgements(
  judgements: readonly Judgement[],
  versions: readonly NumberedHeads[],
  room: number,
): readonly Judgement[] {
  if (judgements.length <= room) return judgements;
  const byVersion = byVersions(judgements);
  const each = Math.max(1, Math.floor(room / 2 / byVersion.length));
  const best = byVersion.flatMap(([version, own]) => bestSamples(own, headsOf(version, versions), each));
  const kept = new Set(best.slice(-room / 2));
  for (const judgement of judgements.toReversed()) {
    if (kept.size >= room) break;
    kept.add(judgement);
  }
  return judgements.filter((judgement) => kept.has(judgement));
}

/**
 * The judgements of the best samples: those whose preferred answer has the highest reward R_c, with what it was preferred to. In the order
 * they were given; where fewer prefer one, others fill up, outcomes of suggestions last, the newest first.
 * @param heads those in use when the answers were drawn
 */
export function bestSamples(judgements: readonly Judgement[], heads: Heads, most: number): Judgement[] {
  const rewarded = judgements.map((judgement) => ({ judgement, reward: rewardOf(judgement, heads) }));
  rewarded.sort((a, b) => b.reward - a.reward || b.judgement.at - a.judgement.at);
  const best = new Set(rewarded.slice(0, most).map(({ judgement }) => judgement));
  return judgements.filter((judgement) => best.has(judgement));
}

/** R_c of the answer that is preferred; less than any where there is none, and least where nothing was said. */
function rewardOf(judgement: Judgement, heads: Heads): number {
  const preferred = preferredIn(judgement);
  if (!preferred) return judgement.kind === 'suggestion' ? -2 : -1;
  return combined(scoresOf(heads, preferred), heads.unsafeBelow).probability;
}

function preferredIn(judgement: Judgement): readonly number[] | undefined {
  switch (judgement.kind) {
    case 'comparison':
      return judgement.grade === 'negligibly' ? undefined : judgement.chosen;
    case 'ranking':
      return judgement.answers.reduce((best, answer) => (answer.rank < best.rank ? answer : best)).features;
    case 'thumb':
      return judgement.isUp ? judgement.features : undefined;
    case 'suggestion':
      return undefined; // there are many reasons to accept one
  }
}

/** The oldest version first. */
function byVersions(judgements: readonly Judgement[]): [number, Judgement[]][] {
  return [...groupedBy(judgements, ({ version }) => version)].sort(([a], [b]) => a - b);
}

/** The prior stands for heads that are no longer kept. */
function headsOf(version: number, versions: readonly NumberedHeads[]): Heads {
  return ((versions.find(({ id }) => id === version) ?? versions[0]) as NumberedHeads).heads;
}
