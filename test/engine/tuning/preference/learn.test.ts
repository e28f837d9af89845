import { describe, expect, it } from 'vitest';
import { Random } from '../../../../engine/sampling/random.ts';
import { FEATURES } from '../../../../engine/tuning/preference/features.ts';
import { type Judgement, pairsOf } from '../../../../engine/tuning/preference/judgements.ts';
import { learn, lossAt, termsOf } from '../../../../engine/tuning/preference/learn.ts';
import { accuracyOf } from '../../../../engine/tuning/preference/meter.ts';
import { solve } from '../../../../engine/tuning/preference/newton.ts';
import { comparisons, dot, features, headsOf, NO_HEADS, someWeights } from './synthetic.ts';

const about = { at: 0, version: 0, head: 'helpful' } as const;

/** Judgements of every kind. */
function mixed(random: Random): Judgement[] {
  return [
    ...comparisons(someWeights(random, 2), 12, random),
    { ...about, id: 'r', kind: 'ranking', answers: [0, 1, 1, 3].map((rank) => ({ features: features(random), rank })) },
    { ...about, id: 'u', kind: 'thumb', features: features(random), isUp: true },
    { ...about, id: 'd', kind: 'thumb', features: features(random), isUp: false },
    { ...about, id: 's', kind: 'suggestion', features: features(random), isAccepted: true },
    { ...about, id: 'x', kind: 'suggestion', features: features(random), isAccepted: false },
  ];
}

describe('the loss', () => {
  const random = new Random(1);
  const terms = termsOf(NO_HEADS, 'helpful', mixed(random), 'small');
  const center = Float64Array.of(...FEATURES.map(() => 0.1), 0.3, 0);
  const theta = Float64Array.of(...someWeights(random, 1.5), -0.2, 0.03);
  const h = 1e-5;
  const moved = (i: number, by: number) => theta.map((value, k) => value + (k === i ? by : 0));

  it('has the gradient and the second derivatives that finite differences give', () => {
    const { gradient, hessian } = lossAt(theta, terms, center, 3);
    for (let i = 0; i < theta.length; i++) {
      const [up, down] = [lossAt(moved(i, h), terms, center, 3), lossAt(moved(i, -h), terms, center, 3)];
      expect(gradient[i]).toBeCloseTo((up.value - down.value) / (2 * h), 6);
      for (let j = 0; j < theta.length; j++) {
        const difference = ((up.gradient[j] as number) - (down.gradient[j] as number)) / (2 * h);
        expect(hessian[i * theta.length + j]).toBeCloseTo(difference, 6);
      }
    }
  });

  it("is the formula's, computed by hand: −ln σ(r(chosen) − r(rejected) − m)", () => {
    const [chosen, rejected] = [features(random), features(random)];
    const judgement: Judgement = { ...about, id: 'a', kind: 'comparison', chosen, rejected, grade: 'better' };
    const weights = Array.from(theta.subarray(0, -2));
    const margin = 2 / 3;
    const expected = -Math.log(1 / (1 + Math.exp(-(dot(weights, chosen) - dot(weights, rejected) - margin))));
    expect(lossAt(theta, termsOf(NO_HEADS, 'helpful', [judgement]), theta, 3).value).toBeCloseTo(expected, 12);
  });
});

describe('learning', () => {
  it('ends where the gradient is 0', () => {
    const judgements = mixed(new Random(2)).filter(({ kind }) => kind !== 'suggestion'); // whose bias is not told
    const heads = learn(NO_HEADS, judgements);
    const found = Float64Array.of(...heads.helpful.weight, heads.helpful.bias, 0);
    const { gradient } = lossAt(found, termsOf(NO_HEADS, 'helpful', judgements), new Float64Array(found.length), 10);
    expect(Math.max(...gradient.map(Math.abs))).toBeLessThan(1e-6);
    expect(heads.safe).toEqual(NO_HEADS.safe);
  });

  it('recovers the weights that choices were made by within the theoretical error: normal, with the inverse of the information matrix', () => {
    // Without margins and almost without a prior this is the estimate of maximum likelihood. (ŵ − w)ᵀ I (ŵ − w) is then χ², with as many degrees as there are features.
    const size = FEATURES.length + 2;
    const distances = [3, 4, 5, 6].map((seed) => {
      const random = new Random(seed);
      const weights = someWeights(random, 2);
      const judgements = comparisons(weights, 3000, random);
      const { weight, bias } = learn(NO_HEADS, judgements, { margins: 'none', strength: 1e-6 }).helpful;
      expect(bias).toBeCloseTo(0, 6); // pairs cannot tell it
      const terms = termsOf(NO_HEADS, 'helpful', judgements, 'none');
      const { hessian } = lossAt(Float64Array.of(...weights, 0, 0), terms, new Float64Array(size), 1e-6);
      const wrong = [...weight.map((value, i) => value - (weights[i] as number)), 0, 0];
      return wrong.reduce(
        (sum, a, i) => sum + wrong.reduce((row, b, j) => row + a * b * (hessian[i * size + j] as number), 0),
        0,
      );
    });
    const degrees = distances.length * FEATURES.length; // the mean; twice that is the variance
    const all = distances.reduce((sum, each) => sum + each, 0);
    expect(all).toBeGreaterThan(degrees - 4 * Math.sqrt(2 * degrees));
    expect(all).toBeLessThan(degrees + 4 * Math.sqrt(2 * degrees));
  });

  it('orders held-out choices as often as knowing the true weights would: the mean of σ|Δr|', () => {
    const random = new Random(7);
    const weights = someWeights(random, 2);
    const [learned, heldOut] = [comparisons(weights, 2000, random), comparisons(weights, 4000, random)];
    const deltas = heldOut.flatMap(pairsOf).map(({ chosen, rejected }) => dot(weights, chosen) - dot(weights, rejected));
    const best = deltas.reduce((sum, delta) => sum + 1 / (1 + Math.exp(-Math.abs(delta))), 0) / deltas.length;
    const { all, byGrade } = accuracyOf(learn(NO_HEADS, learned), heldOut);
    expect(best).toBeGreaterThan(0.8);
    expect(Math.abs((all.value as number) - best)).toBeLessThan(4 * Math.sqrt((best * (1 - best)) / heldOut.length) + 0.01);
    expect(byGrade.significantly.value).toBeGreaterThan(byGrade.better.value as number);
    expect(byGrade.better.value).toBeGreaterThan(byGrade.slightly.value as number);
    expect(byGrade.slightly.value).toBeGreaterThan(byGrade.negligibly.value as number);
  });

  it('moves further from the prior towards the choices the more of them there are', () => {
    const random = new Random(8);
    const [before, weights] = [someWeights(random, 2), someWeights(random, 2)];
    const prior = headsOf(before, 0.5);
    const judgements = comparisons(weights, 800, random);
    const near = (count: number) => {
      const { weight } = learn(prior, judgements.slice(0, count), { margins: 'none' }).helpful;
      return Math.hypot(...weight.map((value, i) => value - (before[i] as number)));
    };
    const moved = [0, 5, 50, 800].map(near);
    expect(moved[0]).toBe(0);
    expect(moved).toEqual([...moved].sort((a, b) => a - b));
    expect(moved[1]).toBeLessThan(0.6);
  });

  it('with margins pulls scores further apart', () => {
    const random = new Random(9);
    const judgements = comparisons(someWeights(random, 2), 500, random);
    const norms = (['none', 'small', 'large'] as const).map((margins) => {
      return Math.hypot(...learn(NO_HEADS, judgements, { margins }).helpful.weight);
    });
    expect(norms).toEqual([...norms].sort((a, b) => a - b));
  });

  it("takes a thumb as the answer's score, and gives an accepted suggestion a small weight", () => {
    const random = new Random(10);
    const liked = features(random);
    const scored = (judgement: Judgement) => {
      const { weight, bias } = learn(NO_HEADS, [judgement]).helpful;
      return dot(weight, liked) + bias;
    };
    const up = scored({ ...about, id: 'u', kind: 'thumb', features: liked, isUp: true });
    const down = scored({ ...about, id: 'd', kind: 'thumb', features: liked, isUp: false });
    const accepted = scored({ ...about, id: 's', kind: 'suggestion', features: liked, isAccepted: true });
    expect(up).toBeCloseTo(-down, 10);
    expect(up).toBeGreaterThan(2 * accepted);
    expect(accepted).toBeGreaterThan(0);
  });

  it('learns from suggestions which are accepted, not how seldom any is', () => {
    const random = new Random(12);
    const suggestions = Array.from({ length: 500 }, (_, i): Judgement => {
      const seen = features(random);
      const isAccepted = random.next() < 1 / (1 + Math.exp(2.5 - 2 * (seen[6] as number)));
      return { ...about, id: `s${i}`, kind: 'suggestion', features: seen, isAccepted };
    });
    const share = suggestions.filter((one) => one.kind === 'suggestion' && one.isAccepted).length / 500;
    expect(share).toBeLessThan(0.25);
    const { weight, bias } = learn(
      headsOf(
        FEATURES.map(() => 0),
        0.4,
      ),
      suggestions,
    ).helpful;
    expect(bias).toBe(0.4);
    expect(weight[6]).toBeGreaterThan(0.3);
    expect(Math.max(...weight.map((value, i) => (i === 6 ? 0 : Math.abs(value))))).toBeLessThan(0.2);
  });
});

describe('a ranking', () => {
  it('makes all pairs but ties; together they weigh as much as the comparisons that such an order takes', () => {
    const random = new Random(11);
    const ranking = (ranks: readonly number[]): Judgement => ({
      ...about,
      id: 'r',
      kind: 'ranking',
      answers: ranks.map((rank) => ({ features: features(random), rank })),
    });
    expect(pairsOf(ranking([2, 0, 1, 3]))).toHaveLength(6);
    expect(pairsOf(ranking([2, 0, 1, 3])).reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(3, 12);
    expect(pairsOf(ranking([0, 1, 1, 3]))).toHaveLength(5);
    expect(pairsOf(ranking([1, 1]))).toEqual([]);
  });
});

describe('solving', () => {
  it('inverts a positive definite matrix', () => {
    const matrix = Float64Array.of(4, 2, 0.5, 2, 5, 1, 0.5, 1, 3);
    const x = solve(matrix, Float64Array.of(1, -2, 0.25));
    const back = [0, 1, 2].map((i) => [0, 1, 2].reduce((sum, j) => sum + (matrix[3 * i + j] as number) * (x[j] as number), 0));
    for (const [i, value] of [1, -2, 0.25].entries()) expect(back[i]).toBeCloseTo(value, 12);
  });
});
