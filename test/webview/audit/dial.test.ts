import { describe, expect, it } from 'vitest';
import { changeFrom, rateAt } from '../../../webview/audit/dial.ts';

const point = (threshold: number, value: number) => ({ threshold, value, low: 0, high: 1 });
const borderline = { points: [point(0, 1), point(0.3, 0.5), point(0.305, 0.25), point(0.7, 0), point(1, 0)] };
const contrast = { points: [point(0, 0), point(0.5, 0.5), point(0.9, 1), point(1, 1)] };

describe('the curves over the dial', () => {
  it('have at a threshold the value of the last point at or below it', () => {
    const values = [0, 0.1, 0.3, 0.69, 0.7, 1].map((threshold) => rateAt(borderline.points, threshold).value);
    expect(values).toEqual([1, 1, 0.5, 0.25, 0, 0]);
    expect(rateAt([], 0.5)).toEqual({ value: null, low: 0, high: 1 });
  });

  it('are stepped through from change to change of any set; close ones count as one, and the steps stop at both ends', () => {
    const way = (from: number, direction: 1 | -1) => {
      const gone = [from];
      for (let at = from; at !== (direction > 0 ? 1 : 0); gone.push(at)) at = changeFrom([borderline, contrast], at, direction);
      return gone;
    };
    expect(way(0, 1)).toEqual([0, 0.3, 0.5, 0.7, 0.9, 1]);
    expect(way(1, -1)).toEqual([1, 0.9, 0.7, 0.5, 0.305, 0]);
    expect(way(0.31, -1)).toEqual([0.31, 0]);
  });
});
