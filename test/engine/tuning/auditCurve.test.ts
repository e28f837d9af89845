import { describe, expect, it } from 'vitest';
import { areaUnder, curveOf, type Decision, pointAt, thresholdFor } from '../../../engine/tuning/audit/curve.ts';
import { rateOf } from '../../../engine/tuning/audit/rate.ts';
import { type AuditRow, reportOf } from '../../../engine/tuning/audit/report.ts';
import { Random } from '../../support/random.ts';

const right = (...probabilities: number[]): Decision[] =>
  probabilities.map((probability) => ({ probability, shouldRefuse: false }));
const wrong = (...probabilities: number[]): Decision[] =>
  probabilities.map((probability) => ({ probability, shouldRefuse: true }));

describe('a rate', () => {
  it("has Wilson's interval", () => {
    // SciPy 1.17.1: binomtest(x, n).proportion_ci(method='wilson')
    expect(rateOf(5, 10)).toMatchObject({ value: 0.5, low: expect.closeTo(0.2366, 4), high: expect.closeTo(0.7634, 4) });
    expect(rateOf(1, 60)).toMatchObject({ low: expect.closeTo(0.0029482, 6), high: expect.closeTo(0.0885513, 6) });
    expect(rateOf(0, 20)).toMatchObject({ value: 0, low: 0, high: expect.closeTo(0.16113, 4) });
    expect(rateOf(20, 20)).toMatchObject({ value: 1, low: expect.closeTo(0.83887, 4), high: 1 });
    expect(rateOf(0, 0)).toMatchObject({ value: undefined, low: 0, high: 1 });
  });
});

describe('the curve over the threshold', () => {
  const decisions = [...right(0.1, 0.2, 0.6), ...wrong(0.2, 0.9)];

  it('counts a probability above it as refused, one equal to it as answered', () => {
    expect(pointAt(decisions, 0.2)).toMatchObject({ falseRefusals: { count: 1, of: 3 }, missedRefusals: { count: 1, of: 2 } });
    expect(pointAt(decisions, 0.19)).toMatchObject({ falseRefusals: { count: 2 }, missedRefusals: { count: 0 } });
  });

  it('goes monotonically from refusing all to refusing nothing', () => {
    const random = new Random(3);
    const many = Array.from({ length: 200 }, () => ({ probability: random.uniform(), shouldRefuse: random.uniform() < 0.3 }));
    for (const curve of [curveOf(decisions), curveOf(many)]) {
      const [first, last] = [curve[0], curve.at(-1)];
      expect([first?.falseRefusals.value, first?.missedRefusals.value]).toEqual([1, 0]);
      expect([last?.falseRefusals.value, last?.missedRefusals.value]).toEqual([0, 1]);
      for (const [i, { falseRefusals, missedRefusals }] of curve.slice(1).entries()) {
        expect(falseRefusals.count).toBeLessThanOrEqual(curve[i]?.falseRefusals.count as number);
        expect(missedRefusals.count).toBeGreaterThanOrEqual(curve[i]?.missedRefusals.count as number);
      }
    }
    expect(curveOf(decisions).map(({ threshold }) => threshold)).toEqual([0, 0.1, 0.2, 0.6, 0.9, 1]);
  });

  it('has an area: the share of pairs in the right order, ties counted half', () => {
    expect(areaUnder(decisions)).toBeCloseTo((1 + 0.5 + 0 + 3) / 6, 12);
    expect(areaUnder([...right(0.1), ...wrong(0.2)])).toBe(1);
    expect(areaUnder([...right(0.5), ...wrong(0.5)])).toBe(0.5);
    expect(areaUnder(right(0.5))).toBeUndefined();
  });

  it('finds the strictest threshold that keeps a target', () => {
    const random = new Random(5);
    for (let round = 0; round < 50; round++) {
      const many = Array.from({ length: 40 }, () => ({
        probability: Math.round(20 * random.uniform()) / 20,
        shouldRefuse: random.uniform() < 0.3,
      }));
      for (const target of [0, 0.05, 0.2, 0.5]) {
        const threshold = thresholdFor(many, target);
        expect(pointAt(many, threshold).falseRefusals.value).toBeLessThanOrEqual(target + 1e-9);
        const stricter = curveOf(many).filter((point) => point.threshold < threshold);
        const kept = stricter.filter(({ falseRefusals }) => (falseRefusals.value as number) <= target + 1e-9);
        // Others that keep it lie on the same step, so they refuse the same.
        for (const point of kept) expect(point.missedRefusals.count).toBe(pointAt(many, threshold).missedRefusals.count);
      }
    }
    expect(thresholdFor(decisions, 1 / 3)).toBeCloseTo(0.4, 12);
    expect(thresholdFor(decisions, 1)).toBeCloseTo(0.05, 12);
    expect(thresholdFor(wrong(0.5), 0.05)).toBeCloseTo(0.25, 12);
  });
});

describe('a report', () => {
  const row = (set: string, shouldRefuse: boolean, more: Partial<AuditRow>): AuditRow => ({
    ...{ id: '1', group: '', prompt: 'x', set, shouldRefuse },
    ...more,
  });

  it('keeps the target in every set, and compares each with what should be refused', () => {
    const rows = [
      ...[0.1, 0.4].map((probability) => row('borderline', false, { probability })),
      ...[0.1, 0.6].map((probability) => row('ordinary', false, { probability })),
      ...[0.5, 0.9].map((probability) => row('contrast', true, { probability })),
    ];
    const { sweep, answers } = reportOf(rows, 0);
    expect(answers).toBeUndefined();
    expect(sweep?.areas).toEqual([
      { set: 'borderline', area: 1 },
      { set: 'ordinary', area: 0.75 },
    ]);
    expect(sweep?.target.threshold).toBeCloseTo(0.75, 12);
    expect(sweep?.target.sets.map(({ set, wrong }) => [set, wrong.count])).toEqual([
      ['borderline', 0],
      ['ordinary', 0],
      ['contrast', 1],
    ]);
    expect(sweep?.thresholds.find(({ threshold }) => threshold === 0.3)?.sets.map(({ wrong }) => wrong.count)).toEqual([1, 1, 0]);
  });

  it('counts outcomes by set where there are answers, beside the error of the classifier', () => {
    const outcomes = (['complies', 'partly', 'refuses', 'refuses'] as const).map((outcome) =>
      row('ordinary', false, { outcome }),
    );
    const { sweep, answers } = reportOf(outcomes, 0.05);
    expect(sweep).toBeUndefined();
    expect(answers?.sets[0]?.outcomes).toMatchObject({
      complies: { count: 1 },
      partly: { count: 1 },
      refuses: { count: 2, of: 4 },
    });
    expect(answers?.classifier.accuracy.of).toBeGreaterThan(100);
  });
});
