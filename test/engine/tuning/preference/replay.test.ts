import { describe, expect, it } from 'vitest';
import { Random } from '../../../../engine/sampling/random.ts';
import { FEATURES } from '../../../../engine/tuning/preference/features.ts';
import type { Judgement } from '../../../../engine/tuning/preference/judgements.ts';
import { learn } from '../../../../engine/tuning/preference/learn.ts';
import { accuracyOf } from '../../../../engine/tuning/preference/meter.ts';
import { bestSamples, keptJudgements, replayed } from '../../../../engine/tuning/preference/replay.ts';
import { comparisons, dot, features, headsOf, NO_HEADS, someWeights } from './synthetic.ts';

const about = { at: 0, version: 0, head: 'helpful' } as const;
const chosenIn = (judgement: Judgement) => (judgement.kind === 'comparison' ? judgement.chosen : []);

describe('the best samples', () => {
  const random = new Random(21);
  const weights = someWeights(random, 3);

  it('are the judgements whose preferred answers score highest by the heads of their version, in their order', () => {
    const judgements = comparisons(weights, 200, random).map((one): Judgement => ({ ...one, grade: 'better' }) as Judgement);
    const best = bestSamples(judgements, headsOf(weights), 20);
    const scores = judgements.map((one) => dot(weights, chosenIn(one)));
    const least = scores.toSorted((a, b) => b - a)[19] as number;
    expect(best).toEqual(judgements.filter((_, i) => (scores[i] as number) >= least));
    const others = bestSamples(judgements, headsOf(weights.map((weight) => -weight)), 20);
    expect(others.some((one) => best.includes(one))).toBe(false);
  });

  it('are told by the first of a ranking and by a thumb up, not by a thumb down or by what was a tie', () => {
    const at = (score: number) => FEATURES.map((_, i) => (i === 0 ? score : 0));
    const heads = headsOf(at(1));
    const ranking: Judgement = {
      ...{ ...about, id: 'ranking', kind: 'ranking' },
      answers: [
        { features: at(9), rank: 1 },
        { features: at(2), rank: 0 },
      ],
    };
    const up: Judgement = { ...about, id: 'up', kind: 'thumb', features: at(3), isUp: true };
    const down: Judgement = { ...about, id: 'down', kind: 'thumb', features: at(8), isUp: false };
    const tie: Judgement = { ...about, id: 'tie', kind: 'comparison', chosen: at(7), rejected: at(6), grade: 'negligibly' };
    const won: Judgement = { ...about, id: 'won', kind: 'comparison', chosen: at(1), rejected: at(6), grade: 'slightly' };
    const taken: Judgement = { ...about, id: 'taken', at: 9, kind: 'suggestion', features: at(9), isAccepted: true };
    const all = [ranking, up, down, tie, won, taken];
    const names = (most: number) => bestSamples(all, heads, most).map(({ id }) => id);
    expect([names(1), names(2), names(3)]).toEqual([['up'], ['ranking', 'up'], ['ranking', 'up', 'won']]);
    expect(names(5)).toEqual(['ranking', 'up', 'down', 'tie', 'won']);
    expect(names(9)).toHaveLength(6);
  });

  it('of every earlier version are learned from again, each by the heads then in use, with all of the latest', () => {
    const [early, later] = [someWeights(random, 3), someWeights(random, 3)];
    const versions = [
      { id: 0, heads: headsOf(early) },
      { id: 1, heads: headsOf(later) },
    ];
    const all = [2, 0, 1].flatMap((version) => comparisons(weights, 60, random, version));
    const replay = replayed(all, versions, 20);
    const of = (version: number) => replay.filter((one) => one.version === version);
    expect([of(0).length, of(1).length, of(2).length]).toEqual([20, 20, 60]);
    const own = (version: number) => all.filter((one) => one.version === version);
    expect(of(0)).toEqual(bestSamples(own(0), headsOf(early), 20));
    expect(of(1)).toEqual(bestSamples(own(1), headsOf(later), 20));
    expect(of(1)).not.toEqual(bestSamples(own(1), headsOf(early), 20));
    expect(replayed(all, [], 60)).toHaveLength(180);
    expect(replayed([], versions)).toEqual([]);
  });
});

describe('judgements that have no room', () => {
  const random = new Random(22);

  it('make way but for the best samples of every version and the newest', () => {
    const weights = someWeights(random, 3);
    const versions = [0, 1, 2].map((id) => ({ id, heads: headsOf(weights) }));
    const all = [0, 1, 2].flatMap((version) => comparisons(weights, 100, random, version));
    const kept = keptJudgements(all, versions, 60);
    expect(kept).toHaveLength(60);
    for (const version of [0, 1, 2]) {
      const best = bestSamples(
        all.filter((one) => one.version === version),
        headsOf(weights),
        10,
      );
      expect(best.every((one) => kept.includes(one))).toBe(true);
    }
    expect(kept.slice(-30)).toEqual(all.slice(-30));
    expect(keptJudgements(all, versions, 300)).toBe(all);
    const many = Array.from({ length: 80 }, (_, version) => comparisons(weights, 2, random, version)).flat();
    expect(keptJudgements(many, versions, 60)).toHaveLength(60);
  });

  it('leave heads that still order what an earlier version was asked about, where the newest alone do not', () => {
    // Early answers differ in one half of the features, later ones in the other.
    const half = FEATURES.length / 2;
    const weights = FEATURES.map(() => 0.6);
    const early = (values: readonly number[]) => values.map((value, i) => (i < half ? value : 0));
    const late = (values: readonly number[]) => values.map((value, i) => (i < half ? 0 : value));
    const asked = (of: (values: readonly number[]) => number[], count: number, version: number) =>
      comparisons(of(weights), count, random, version).map((one): Judgement => {
        return one.kind === 'comparison' ? { ...one, chosen: of(one.chosen), rejected: of(one.rejected) } : one;
      });
    const [first, second] = [asked(early, 400, 0), asked(late, 400, 1)];
    const versions = [
      { id: 0, heads: NO_HEADS },
      { id: 1, heads: learn(NO_HEADS, first) },
    ];
    const heldOut = asked(early, 400, 2);
    const right = (judgements: readonly Judgement[]) => accuracyOf(learn(NO_HEADS, judgements), heldOut).all.value as number;
    const all = [...first, ...second];
    expect(right(all.slice(-400))).toBeLessThan(0.6);
    expect(right(keptJudgements(all, versions, 400))).toBeGreaterThan(0.7);
  });

  it('are scored by the prior where the heads of their version are gone', () => {
    const weights = someWeights(random, 3);
    const gone = Array.from({ length: 6 }, (_, i): Judgement => {
      return { ...about, id: `${i}`, version: 4, kind: 'thumb', features: features(random), isUp: true };
    });
    const [best] = gone.toSorted((a, b) => dot(weights, featuresIn(b)) - dot(weights, featuresIn(a)));
    expect(keptJudgements(gone, [{ id: 0, heads: headsOf(weights) }], 2)).toContain(best);
  });
});

function featuresIn(judgement: Judgement): readonly number[] {
  return judgement.kind === 'thumb' ? judgement.features : [];
}
