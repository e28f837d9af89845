import { expect, test } from 'vitest';
import { closesQuote, findUnmatchedClosers, unmatchedClosers } from '../../../extension/completion/brackets.ts';

test.each<[string, string[]]>([
  ['f(a)[0]', []],
  ['a) + b]', [')', ']']],
  ['f(a])', [']']],
  ['") }" + x)', [')']],
  ["'it\\'s )' )", [')']],
  ["don't) stop ('", [')']],
  ['`a}`}', ['}']],
])('in %j nothing opens %j', (text, expected) => {
  expect(unmatchedClosers(text)).toEqual(expected);
});

test('says where', () => {
  expect(findUnmatchedClosers('(a) "b" )')).toEqual([{ bracket: ')', at: 8 }]);
});

test.each([
  ["hello'", "'", true],
  ["'a' + 'b'", "'", false],
  ["it\\'s", "'", false],
  ['', '"', false],
])('%j closes %s: %s', (text, quote, expected) => {
  expect(closesQuote(text, quote)).toBe(expected);
});
