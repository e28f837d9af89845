import { expect, test } from 'vitest';
import { type Multiline, wantsMultiline } from '../../../extension/completion/multiline.ts';
import { at } from './cursor.ts';

test.each<[string, string, boolean]>([
  ['function f() {|', 'typescript', true],
  ['function f() {|}', 'typescript', true],
  ['call(|', 'typescript', true],
  ['call(|);', 'typescript', false],
  ['const xs = [|]', 'typescript', false],
  ['const xs = [ |', 'typescript', true],
  ['if (a) {\n  |\n}', 'typescript', true],
  ['|', 'typescript', true],
  ['const x = |', 'typescript', false],
  ['const x: |', 'typescript', false],
  ['case 3:|', 'typescript', true],
  ['default:|', 'typescript', true],
  ['def f():|', 'python', true],
  ['f(| + 1)', 'typescript', false],
  ['|// later', 'typescript', false],
  ['  |}', 'typescript', false],
])('%j in %s: %s', (marked, languageId, expected) => {
  expect(wantsMultiline(at(marked, languageId))).toBe(expected);
});

test.each<[string, boolean]>([
  ['return a + b;|\n}', true],
  ['f(a|)', false],
  ['f(a|, b)', false],
  ['const xs = [|]', false],
])('right after an acceptance, at %j: %s', (marked, expected) => {
  expect(wantsMultiline(at(marked), true)).toBe(expected);
});

test.each<[string, Multiline, boolean]>([
  ['function f() {|', 'never', false],
  ['|', 'never', false],
  ['const x = |', 'always', true],
  ['  call(a);|\n}', 'always', true],
  ['const x = |  \n', 'always', true],
  ['f(a|)', 'always', false],
  ['function f() {|}', 'always', true],
  ['call(|);', 'always', false],
  ['const x = |', 'automatic', false],
])('%j where blocks are wanted %s: %s', (marked, wanted, expected) => {
  expect(wantsMultiline(at(marked), false, wanted)).toBe(expected);
});

test('where lines alone are wanted an acceptance changes nothing', () => {
  expect(wantsMultiline(at('return a + b;|\n}'), true, 'never')).toBe(false);
});
