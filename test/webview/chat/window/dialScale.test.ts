import { describe, expect, it, test } from 'vitest';
import { DIAL_ENDS, DIAL_STEP, placeOf, thresholdAt, wordOf } from '../../../../webview/chat/window/dialScale.ts';
import { LEVERS } from '../../../../webview/protocol/chatRefusals.ts';

describe.each(LEVERS)('the slider for %s', (lever) => {
  const end = DIAL_ENDS[lever];
  const steps = Math.round(end / DIAL_STEP);
  const thresholds = Array.from({ length: 2 * steps + 1 }, (_, i) => thresholdAt((i - steps) * DIAL_STEP, lever));

  it('has balanced in its middle, and all or nothing at its ends', () => {
    expect([thresholds[0], thresholds[steps], thresholds.at(-1)]).toEqual([0, 0.5, 1]);
    expect([0, 0.5, 1].map((threshold) => placeOf(threshold, lever))).toEqual([-end, 0, end]);
  });

  it('has a higher threshold at each step, which stands nearest to its own place', () => {
    expect(thresholds).toEqual([...thresholds].sort((a, b) => a - b));
    for (const place of [-3, -1, 0.5, 2]) {
      expect(Math.abs(placeOf(thresholdAt(place, lever), lever) - place)).toBeLessThan(DIAL_STEP / 2);
    }
  });

  it('reaches every word', () => {
    expect(new Set(thresholds.map(wordOf)).size).toBe(7);
  });
});

test('but for its ends, the slider of a token lies between 2 and 98 %', () => {
  const next = DIAL_ENDS.token - DIAL_STEP;
  expect([-next, next].map((place) => thresholdAt(place, 'token'))).toEqual([0.0198, 0.9802]);
});

test('thresholds have words', () => {
  expect([0, 0.0001, 0.2, 0.5, 0.7, 0.9, 0.9999, 1].map(wordOf)).toEqual([
    'dialAlways',
    'dialStrict',
    'dialRatherStrict',
    'dialBalanced',
    'dialRatherPermissive',
    'dialPermissive',
    'dialPermissive',
    'dialNever',
  ]);
});
