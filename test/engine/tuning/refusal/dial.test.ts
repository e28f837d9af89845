import { describe, expect, it } from 'vitest';
import {
  biasOfThreshold,
  crossingOf,
  DIAL_ENDS,
  placeOf,
  steeringAt,
  thresholdAt,
  thresholdOfBias,
} from '../../../../engine/tuning/refusal/dial.ts';
import { DIAL_ENDS as DRAWN_ENDS } from '../../../../webview/chat/window/dialScale.ts';

describe('the dial', () => {
  it('ends where its range is drawn for each lever', () => {
    expect([DRAWN_ENDS.direction, DRAWN_ENDS.opening]).toEqual([DIAL_ENDS, DIAL_ENDS]);
  });

  it('is in log-odds, there and back', () => {
    for (const threshold of [0.001, 0.2, 0.5, 0.83, 0.999]) expect(thresholdAt(placeOf(threshold))).toBeCloseTo(threshold, 12);
    expect([0, 1].map(placeOf)).toEqual([-8, 8]);
    expect([-8, -9, 8, 100].map(thresholdAt)).toEqual([0, 0, 1, 1]);
  });

  it.each([
    [0, { mode: 'add', coefficient: 2 }],
    [0.5, { mode: 'add', coefficient: 0 }],
    [1, { mode: 'add', coefficient: -2 }],
  ] as const)('at %d steers by %j', (threshold, steering) => {
    expect(steeringAt(threshold)).toEqual(steering);
  });

  it('steers a little for a small move, on both sides of the middle', () => {
    expect(steeringAt(0.499).coefficient).toBeCloseTo(0.001, 6);
    expect(steeringAt(0.501).coefficient).toBeCloseTo(-0.001, 6);
  });

  it('is a bias: adding it to log-odds puts them above zero just where the probability was above the threshold', () => {
    for (const [p, threshold] of [
      [0.3, 0.29],
      [0.3, 0.31],
      [0.9999, 0.9],
      [0.001, 0.002],
    ] as const) {
      const bias = biasOfThreshold(threshold);
      expect(Math.log(p / (1 - p)) + bias > 0).toBe(p > threshold);
      expect(thresholdOfBias(bias)).toBeCloseTo(threshold, 12);
    }
    expect(biasOfThreshold(0.5)).toBe(0);
  });
});

describe('where a request is no longer refused', () => {
  it.each([
    ['never refused', [0.4, 0.3, 0.2, 0.1, 0.1], 0],
    ['always refused', [1, 0.9, 0.8, 0.7, 0.6], 1],
    ['refused up to the middle', [1, 0.9, 0.5, 0.1, 0], 0.5],
  ] as const)('%s', (_, probabilities, crossing) => {
    expect(crossingOf(probabilities)).toBeCloseTo(crossing, 6);
  });

  it('lies between two places by the log-odds there', () => {
    const odds = (x: number) => 1 / (1 + Math.exp(-x));
    expect(placeOf(crossingOf([odds(9), odds(6), odds(3), odds(-1), odds(-5)]))).toBeCloseTo(3, 9);
  });

  it('is the most permissive place where there are several', () => {
    expect(placeOf(crossingOf([0.9, 0.1, 0.9, 0.1, 0.1]))).toBeCloseTo(2, 9);
  });
});
