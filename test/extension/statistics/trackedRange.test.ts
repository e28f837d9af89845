import { expect, test } from 'vitest';
import { follow } from '../../../extension/statistics/trackedRange.ts';

/** Replaces the part in brackets by a text; the tracked part is between the bars. */
function afterEdit(marked: string, text: string): string {
  const from = marked.replaceAll(/[[\]]/g, '').indexOf('|');
  const to = marked.replaceAll(/[[\]]/g, '').lastIndexOf('|') - 1;
  const rangeOffset = marked.replaceAll('|', '').indexOf('[');
  const rangeLength = marked.replaceAll('|', '').indexOf(']') - rangeOffset - 1;
  const plain = marked.replaceAll(/[[\]|]/g, '');
  const now = plain.slice(0, rangeOffset) + text + plain.slice(rangeOffset + rangeLength);
  const span = follow({ from, to }, [{ rangeOffset, rangeLength, text }]);
  return `${now.slice(0, span.from)}|${now.slice(span.from, span.to)}|${now.slice(span.to)}`;
}

test.each([
  ['[ab]c|def|g', 'x', 'xc|def|g'],
  ['abc|def|g[h]', 'xyz', 'abc|def|gxyz'],
  ['abc[]|def|g', 'x', 'abcx|def|g'],
  ['abc|def|[]g', 'x', 'abc|def|xg'],
  ['abc|d[e]f|g', 'xyz', 'abc|dxyzf|g'],
  ['abc|[def]|g', 'x', 'abc|x|g'],
  ['a[bc|d]ef|g', 'x', 'ax|ef|g'],
  ['abc|d[ef|g]', 'xyz', 'abc|d|xyz'],
  ['a[bc|def|g]', 'x', 'ax||'],
  ['abc||[]g', 'x', 'abc|x|g'],
])('%s with %j for what is in brackets is %s', (marked, text, expected) => {
  expect(afterEdit(marked, text)).toBe(expected);
});

test('all replacements of an edit refer to the document before it', () => {
  const replacements = [
    { rangeOffset: 0, rangeLength: 0, text: 'xx' },
    { rangeOffset: 5, rangeLength: 1, text: '' },
    { rangeOffset: 9, rangeLength: 0, text: 'y' },
  ];
  expect(follow({ from: 4, to: 8 }, replacements)).toEqual({ from: 6, to: 9 });
  expect(follow({ from: 4, to: 8 }, replacements.toReversed())).toEqual({ from: 6, to: 9 });
});
