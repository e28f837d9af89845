import { expect, test } from 'vitest';
import { replacedClosers } from '../../../extension/completion/overlap.ts';
import { at } from './cursor.ts';

test.each<[string, string, number]>([
  ['function f(|)', 'a: string): number {', 1],
  ['call(|)', 'x', 0],
  ['call(|)', 'g(x)', 0],
  ['call(|);', 'g(x)) + h(1', 1],
  ['a([|])', '1]).map((x) => x', 2],
  ['a([|])', '1)', 0],
  ['if (|', 'a) {', 0],
  ['x = |;', 'a)', 0],
  ["say('|');", "hello');", 2],
  ["say('|', 1);", "hello'", 1],
  ["say('|')", "it\\'s", 0],
  ['say("|")', 'a "b" c', 0],
  ['x = |"a"', '"b" + ', 0],
])('in %j the text %j replaces %i brackets', (marked, text, expected) => {
  expect(replacedClosers(text, at(marked))).toBe(expected);
});
