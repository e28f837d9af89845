import { describe, expect, it } from 'vitest';
import { Random } from '../../../../engine/sampling/random.ts';
import { FEATURES } from '../../../../engine/tuning/preference/features.ts';
import { isJudgement, type Judgement } from '../../../../engine/tuning/preference/judgements.ts';
import { learn } from '../../../../engine/tuning/preference/learn.ts';
import { accuracyOf, heldOutAccuracy, meterOf, partOf } from '../../../../engine/tuning/preference/meter.ts';
import {
  activeVersion,
  attemptVersion,
  firstVersions,
  isHeadsVersions,
  rolledBack,
} from '../../../../engine/tuning/preference/versions.ts';
import { comparisons, features, headsOf, NO_HEADS, someWeights } from './synthetic.ts';

/** The same judgements with what was chosen and what was rejected exchanged. */
const exchanged = (judgements: readonly Judgement[]): Judgement[] =>
  judgements.map((one) => (one.kind === 'comparison' ? { ...one, chosen: one.rejected, rejected: one.chosen } : one));

/** Judgements at random. */
const indifferent = (count: number, seed: number) => {
  const random = new Random(seed);
  return comparisons(
    FEATURES.map(() => 0),
    count,
    random,
  );
};

describe('the meter', () => {
  it('trusts heads that order at least 55 % of at least 50 held-out comparisons', () => {
    const random = new Random(1);
    const judgements = comparisons(someWeights(random, 3), 400, random);
    const meter = meterOf(NO_HEADS, learn(NO_HEADS, judgements), judgements);
    expect(meter.comparisons).toBe(400);
    expect(meter.heldOut.helpful.all.value).toBeGreaterThan(0.7);
    expect(meter).toMatchObject({ mostCandidates: 16 });
    expect(meter.capped).toBeUndefined();
  });

  it('allows at most four candidates below 50 comparisons, however right the heads are', () => {
    const random = new Random(2);
    const weights = someWeights(random, 3);
    const judgements = comparisons(weights, 50, random);
    const capped = meterOf(headsOf(weights), headsOf(weights), judgements.slice(0, 49));
    expect(capped.heldOut.helpful.all.value).toBeGreaterThan(0.7);
    expect(capped).toMatchObject({ mostCandidates: 4, capped: 'few-comparisons' });
    expect(meterOf(headsOf(weights), headsOf(weights), judgements)).toMatchObject({ mostCandidates: 16 });
    expect(meterOf(NO_HEADS, NO_HEADS, [])).toMatchObject({ comparisons: 0, mostCandidates: 4, capped: 'few-comparisons' });
  });

  it('allows no more either where held-out choices look random, although the training ones do not', () => {
    const judgements = indifferent(300, 3);
    const heads = learn(NO_HEADS, judgements);
    expect(accuracyOf(heads, judgements).all.value).toBeGreaterThan(0.6);
    const meter = meterOf(NO_HEADS, heads, judgements);
    expect(meter.heldOut.helpful.all.value).toBeLessThan(0.55);
    expect(meter).toMatchObject({ mostCandidates: 4, capped: 'low-accuracy' });
  });

  it('measures by grade, with intervals', () => {
    const random = new Random(4);
    const judgements = comparisons(someWeights(random, 3), 600, random);
    const { all, byGrade } = heldOutAccuracy(NO_HEADS, judgements).helpful;
    expect(Object.values(byGrade).reduce((sum, { of }) => sum + of, 0)).toBe(all.of);
    expect(byGrade.significantly.value).toBeGreaterThan(byGrade.negligibly.value as number);
    expect(byGrade.significantly.low).toBeLessThan(byGrade.significantly.value as number);
  });

  it('measures each head only by judgements about it', () => {
    const random = new Random(11);
    const [helpful, safe] = [someWeights(random, 3), someWeights(random, 3)];
    const safer = comparisons(safe, 300, random, 1).map((judgement): Judgement => ({ ...judgement, head: 'safe' }));
    const { heldOut, comparisons: count } = meterOf(NO_HEADS, NO_HEADS, [...comparisons(helpful, 500, random), ...safer]);
    expect(count).toBe(500);
    expect([heldOut.helpful.all.of, heldOut.safe.all.of]).toEqual([500, 300]);
    expect(heldOut.safe.all.value).toBeGreaterThan(0.7);
    const opposite = meterOf(NO_HEADS, NO_HEADS, [
      ...comparisons(helpful, 500, random),
      ...indifferent(300, 6).map((one) => ({ ...one, head: 'safe' as const, id: `i${one.id}` })),
    ]);
    expect(opposite.heldOut.helpful.all.value).toBeGreaterThan(0.7);
    expect(opposite.heldOut.safe.all.value).toBeLessThan(0.6);
    expect(opposite.mostCandidates).toBe(16);
  });

  it('reports how far the score correlates with length, and how often answers refuse', () => {
    const random = new Random(5);
    const byLength = headsOf(FEATURES.map((name) => Number(name === 'log_length')));
    const shown = Array.from({ length: 40 }, (_, i) => ({ features: features(random), isRefusal: i % 4 === 0 }));
    const meter = meterOf(byLength, byLength, [], shown);
    expect(meter.lengthCorrelation).toBeCloseTo(1, 12);
    expect(meter.refusals).toMatchObject({ count: 10, of: 40 });
    const other = meterOf(byLength, headsOf(FEATURES.map((name) => Number(name === 'dangerous'))), [], shown);
    expect(Math.abs(other.lengthCorrelation as number)).toBeLessThan(0.4);
    expect(meterOf(NO_HEADS, NO_HEADS, [], shown).lengthCorrelation).toBeUndefined();
  });
});

describe('versions of the heads', () => {
  const random = new Random(6);
  const judgements = comparisons(someWeights(random, 3), 200, random);
  const begun = firstVersions(NO_HEADS, 0);

  it('are adopted if they are not worse on held-out comparisons that no version learned from', () => {
    const { versions, isActivated, before, after } = attemptVersion(begun, judgements, 1);
    expect(isActivated).toBe(true);
    expect(after.count).toBeGreaterThan(before.count);
    expect(after.of).toBe(judgements.filter((one) => partOf(one, 5) === 0).length);
    expect(versions.active).toBe(1);
    expect(activeVersion(versions)).toMatchObject({ id: 1, at: 1, judgements: judgements.length - after.of });
  });

  it('are rejected if they are worse', () => {
    const good = attemptVersion(begun, judgements, 1).versions;
    const bench = judgements.filter((one) => partOf(one, 5) === 0);
    const rest = judgements.filter((one) => partOf(one, 5) !== 0);
    const attempt = attemptVersion(good, [...bench, ...exchanged(rest)], 2);
    expect(attempt).toMatchObject({ isActivated: false, why: 'worse' });
    expect(attempt.after.count).toBeLessThan(attempt.before.count);
    expect(attempt.versions).toBe(good);
  });

  it('are rejected if there is nothing to learn from or to measure with', () => {
    expect(attemptVersion(begun, [], 1)).toMatchObject({ isActivated: false, why: 'nothing-to-learn' });
    const rest = judgements.filter((one) => partOf(one, 5) !== 0);
    expect(attemptVersion(begun, rest, 1)).toMatchObject({ isActivated: false, why: 'nothing-to-measure' });
  });

  it('are measured by what the safe head is taught, and by thumbs, too', () => {
    const safe = judgements.map((one) => ({ ...one, head: 'safe' as const }));
    expect(attemptVersion(begun, safe, 1)).toMatchObject({ isActivated: true });
    const draws = new Random(12);
    const alone = Array.from({ length: 60 }, (_, i) => {
      return { id: `alone-${i}`, at: i, version: 0, head: 'helpful', features: features(draws) } as const;
    });
    const thumbs = alone.map((one): Judgement => ({ ...one, kind: 'thumb', isUp: (one.features[3] as number) > 0 }));
    const { isActivated, before, after } = attemptVersion(begun, thumbs, 1);
    expect(isActivated).toBe(true);
    expect(after.count).toBeGreaterThan(before.count);
    const suggestions = alone.map((one): Judgement => ({ ...one, kind: 'suggestion', isAccepted: true }));
    expect(attemptVersion(begun, suggestions, 1)).toMatchObject({ isActivated: false, why: 'nothing-to-measure' });
  });

  it('can be restored, the prior too, and left again', () => {
    const second = attemptVersion(begun, judgements, 1).versions;
    const back = rolledBack(second, 0);
    expect(activeVersion(back).heads).toEqual(NO_HEADS);
    expect(activeVersion(rolledBack(back, 1))).toEqual(activeVersion(second));
    expect(rolledBack(second, 99)).toBe(second);
    expect(isHeadsVersions(JSON.parse(JSON.stringify(second)))).toBe(true);
    for (const wrong of [null, [], {}, { versions: [], active: 0 }, { ...second, active: 7 }]) {
      expect(isHeadsVersions(wrong)).toBe(false);
    }
  });

  it('are twenty at most, and the prior', () => {
    let kept = begun;
    for (let i = 1; i <= 25; i++) kept = attemptVersion(kept, judgements, i).versions;
    expect(kept.versions.map(({ id }) => id)).toEqual([0, ...Array.from({ length: 20 }, (_, i) => 6 + i)]);
    expect(kept.active).toBe(25);
  });
});

describe('a judgement that was kept', () => {
  it('is used only if it is complete', () => {
    const random = new Random(9);
    const [comparison] = comparisons(someWeights(random, 1), 1, random);
    const about = { id: 'a', at: 1, version: 0, head: 'helpful' };
    const right: unknown[] = [
      comparison,
      { ...about, kind: 'thumb', features: features(random), isUp: true },
      { ...about, kind: 'suggestion', features: features(random), isAccepted: false },
      { ...about, kind: 'ranking', answers: [0, 1].map((rank) => ({ features: features(random), rank })) },
    ];
    for (const one of right) expect(isJudgement(JSON.parse(JSON.stringify(one)))).toBe(true);
    const wrong = [
      undefined,
      { ...comparison, grade: 'much' },
      { ...comparison, chosen: [1] },
      { ...comparison, id: 3 },
      { ...comparison, head: 'other' },
      { ...about, kind: 'thumb', features: features(random) },
      { ...about, kind: 'ranking', answers: [{ features: features(random), rank: 1 }] },
      { ...about, kind: 'ranking', answers: [null, null] },
      { ...about, kind: 'wish' },
    ];
    for (const one of wrong) expect(isJudgement(one)).toBe(false);
  });
});
