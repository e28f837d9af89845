import { expect, it } from 'vitest';
import { lineBreaks, lineStarts } from '../../../engine/prompt/lines.ts';

it.each([
  ['', [0]],
  ['a', [0]],
  ['a\nb', [0, 2]],
  ['\n\na\r\n', [0, 1, 2, 5]],
])('%j has lines at %j', (text, starts) => {
  expect(lineStarts(text)).toEqual(starts);
  expect(lineBreaks(text)).toBe(starts.length - 1);
});
