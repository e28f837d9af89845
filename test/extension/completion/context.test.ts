import { expect, test } from 'vitest';
import { charactersLeftOut, cursorContext } from '../../../extension/completion/context.ts';

test('of a huge document the same is left out, key after key', () => {
  expect([0, 100_000, 149_999].map(charactersLeftOut)).toEqual([0, 0, 0]);
  expect([150_000, 150_001, 199_999, 200_000].map(charactersLeftOut)).toEqual([50_000, 50_000, 50_000, 100_000]);
});

test.each([
  ['a\n  b', 'c\nd', '  b', 'c'],
  ['', '', '', ''],
  ['a\n', '\nb', '', ''],
])('the line of the cursor in %j and %j', (prefix, suffix, linePrefix, lineSuffix) => {
  const context = cursorContext({ path: 'a.ts', prefix, suffix }, 'typescript');
  expect(context).toEqual({ path: 'a.ts', prefix, suffix, linePrefix, lineSuffix, languageId: 'typescript', indent: undefined });
});
