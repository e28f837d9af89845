import { expect, test } from 'vitest';
import { editKind } from '../../../extension/completion/editKind.ts';

const insert = (text: string) => ({ text, rangeLength: 0 });

test.each([
  ['x', 'keystroke'],
  ['😀', 'keystroke'],
  ['()', 'keystroke'],
  ['\n    ', 'keystroke'],
  ['\r\n\t', 'keystroke'],
  ['pasted', 'other'],
  ['ab', 'other'],
])('%j typed is a %s', (text, expected) => {
  expect(editKind([insert(text)], [])).toBe(expected);
});

test('a change is a deletion only when all of it takes text away', () => {
  expect(editKind([{ text: '', rangeLength: 1 }], [])).toBe('deletion');
  expect(editKind([{ text: 'x', rangeLength: 1 }], [])).toBe('keystroke');
  expect(editKind([{ text: '', rangeLength: 2 }, insert('a')], [])).toBe('other');
  expect(editKind([], [])).toBe('other');
});

test.each([
  ['return a + b;', 'acceptance'],
  ['a + b;', 'acceptance'], // "return " stood there
  ['return', 'acceptance'], // its first word
  ['return a - b;', 'other'],
  ['r', 'keystroke'],
])('with "return a + b;" on the screen, %j inserted is a %s', (text, expected) => {
  expect(editKind([insert(text)], ['return b;', 'return a + b;'])).toBe(expected);
});

test('line breaks of the document do not hide an acceptance', () => {
  expect(editKind([insert('\r\n  a();\r\n}')], ['\n  a();\n}'])).toBe('acceptance');
});
