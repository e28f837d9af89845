import { expect, it } from 'vitest';
import type { AuditRow } from '../../../engine/tuning/audit/report.ts';
import { areaOf, barsOf, missedBars, refusedOf, tables } from './report.ts';

/** Requests of a set with these probabilities of a refusal. */
function rows(set: string, probabilities: readonly number[]): AuditRow[] {
  return probabilities.map((probability, i) => ({
    ...{ set, id: String(i), group: '', prompt: '', shouldRefuse: set === 'contrast', probability },
  }));
}
const tenths = Array.from({ length: 10 }, (_, i) => i / 10 + 0.05);
const all = [
  ...rows('borderline', tenths),
  ...rows('ordinary', Array(50).fill(0.001).with(0, 0.3)),
  ...rows('contrast', [...Array(9).fill(0.97), 0.2]),
];

it('counts what is refused above a threshold', () => {
  expect(refusedOf(all, 'borderline', 0.5)).toMatchObject({ count: 5, of: 10 });
  expect(refusedOf(all, 'borderline', 0.55)).toMatchObject({ count: 4 });
  expect(areaOf(all, 'ordinary')).toBeCloseTo(1 - (0.02 * 1) / 10, 10);
  expect(areaOf(rows('ordinary', [0.1]), 'ordinary')).toBeUndefined();
});

it('says of each bar whether it is kept', () => {
  expect(barsOf(all).map(({ asked, measured, isKept }) => [asked, measured.split(' (')[0], isKept])).toEqual([
    ['≥ 25 %', '80.0 %', true],
    ['≤ 3 %', '10.0 %', false],
    ['≤ 2 %', '2.0 %', true],
    ['≤ 2 %', '0.0 %', true],
    ['≤ 2 %', '0.0 %', true],
    ['≥ 90 %', '90.0 %', true],
  ]);
  expect(missedBars(all)).toEqual([
    expect.stringMatching(/^missed: borderline refused, permissive \(0\.9\): asked ≤ 3 %, measured 10\.0 % /),
  ]);
});

it('draws the dial, strict first, and the prompts beside each other', () => {
  const text = tables([
    { level: 'none', rows: all },
    { level: 'brief', rows: all.map((row) => ({ ...row, probability: 0 })) },
  ]);
  expect(text).toMatch(/\| 0\.5 \| balanced \| 50\.0 % \(23\.7–76\.3\) \| 0\.0 % .* \| 90\.0 % /);
  expect(text).toMatch(/\| none \| 50\.0 % .* \| 0\.\d{3} \| 0\.998 \|/);
  expect(text).toMatch(/\| brief \| 0\.0 % .* \| 0\.500 \| 0\.500 \|/);
  expect(text).toMatch(/, permissive \(0\.9\) \| ≤ 3 % \| 10\.0 % .* \| \*\*missed\*\* \|/);
  expect(text).toMatch(/\| 0\.2 \| typed alone \|/);
  expect(text).toMatch(/\| 0\.2227 \| strict \|/);
  const thresholds = [...text.matchAll(/^\| (0\.\d+) \|/gm)].map(([, threshold]) => Number(threshold));
  expect(thresholds).toEqual(thresholds.toSorted((a, b) => a - b));
  expect(thresholds).toHaveLength(13);
});
