import { expect, test } from 'vitest';
import { DIAL_ENDS, DIAL_STEP, placeOf, thresholdAt, wordOf } from '../../../../webview/chat/window/dialScale.ts';

test('the middle is balanced, and the ends are those of the scale', () => {
  expect([-DIAL_ENDS, 0, DIAL_ENDS].map(thresholdAt)).toEqual([0, 0.5, 1]);
  expect([0, 0.5, 1].map(placeOf)).toEqual([-DIAL_ENDS, 0, DIAL_ENDS]);
});

test('each step of the slider is a higher threshold, and stands nearest to its own place', () => {
  let before = -1;
  for (let step = -DIAL_ENDS / DIAL_STEP; step <= DIAL_ENDS / DIAL_STEP; step++) {
    const threshold = thresholdAt(step * DIAL_STEP);
    expect(threshold).toBeGreaterThanOrEqual(before);
    before = threshold;
  }
  for (const place of [-3, -1, 0.5, 2]) expect(Math.abs(placeOf(thresholdAt(place)) - place)).toBeLessThan(DIAL_STEP / 2);
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
