import { describe, expect, it, test } from 'vitest';
import { DIAL_ENDS, DIAL_STEP, isBeyond, placeOf, thresholdAt, wordOf } from '../../../../webview/chat/window/dialScale.ts';
import { LEVERS, type Lever } from '../../../../webview/protocol/chatRefusals.ts';

describe.each(LEVERS)('the slider for %s', (lever) => {
  const end = DIAL_ENDS[lever];
  const steps = Math.round(end / DIAL_STEP);
  const thresholds = Array.from({ length: 2 * steps + 1 }, (_, i) => thresholdAt((i - steps) * DIAL_STEP, lever));

  it('has balanced in its middle, refuses nothing at its permissive end, and has its strictest threshold at the other', () => {
    const strictest = lever === 'token' ? 0.2227 : 0;
    expect([thresholds[0], thresholds[steps], thresholds.at(-1)]).toEqual([strictest, 0.5, 1]);
    expect([strictest, 0.5, 1].map((threshold) => placeOf(threshold, lever))).toEqual([-end, 0, end]);
  });

  it('has a higher threshold at each step, and the nearest step to that threshold is the step itself', () => {
    expect(thresholds).toEqual([...thresholds].sort((a, b) => a - b));
    for (const place of [-3, -1, 0.5, 2]) {
      expect(Math.abs(placeOf(thresholdAt(place, lever), lever) - place)).toBeLessThan(DIAL_STEP / 2);
    }
  });

  it('reaches every word; with a token all but the one for refusing everything', () => {
    const words = new Set(thresholds.map((threshold) => wordOf(threshold, lever)));
    expect(words.size).toBe(lever === 'token' ? 6 : 7);
    expect(words.has('dialAlways')).toBe(lever !== 'token');
  });
});

test('a threshold beyond the strict end is drawn at the end', () => {
  expect([0, 0.01, 0.2].map((threshold) => placeOf(threshold, 'token'))).toEqual([-4, -4, -4]);
  expect([0, 0.2, 0.2226, 0.2227, 0.5].map((threshold) => isBeyond(threshold, 'token'))).toEqual([
    true,
    true,
    true,
    false,
    false,
  ]);
  expect(isBeyond(0, 'direction') || isBeyond(0, 'opening')).toBe(false);
});

test('thresholds have words', () => {
  const words = (lever: Lever) => [0, 0.0001, 0.2, 0.35, 0.5, 0.7, 0.9, 0.9999, 1].map((threshold) => wordOf(threshold, lever));
  const above = ['dialBalanced', 'dialRatherPermissive', 'dialPermissive', 'dialPermissive', 'dialNever'];
  expect(words('token')).toEqual(['dialAlways', 'dialStrict', 'dialStrict', 'dialRatherStrict', ...above]);
  expect(words('direction')).toEqual(['dialAlways', 'dialStrict', 'dialRatherStrict', 'dialRatherStrict', ...above]);
});
