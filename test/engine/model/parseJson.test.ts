import { expect, it } from 'vitest';
import { parseJson } from '../../../engine/model/parseJson.ts';

it.each([
  '{"a": [1, {"b": "[[[{{{\\"]]"}], "c\\\\": "]"}',
  `{"${'['.repeat(500)}": 1}`,
  `"${'\\\\'.repeat(200)}"`,
  `[${'[],'.repeat(1000)}0]`,
  `${'['.repeat(100)}${']'.repeat(100)}`,
  'null',
])('reads %s', (text) => {
  expect(parseJson(text)).toEqual(JSON.parse(text));
});

it.each(['{', '"a', '"a\\"', ']]', '', '[1,]', `"\\${'['.repeat(200)}`])('refuses %s', (text) => {
  expect(() => parseJson(text)).toThrow(SyntaxError);
});

it('refuses deeply nested JSON before it takes memory', () => {
  expect(() => parseJson('['.repeat(5_000_000))).toThrow(/nested more than 100 deep at position 100/);
  expect(() => parseJson('{"a":'.repeat(101))).toThrow(/nested more than 100/);
  expect(() => parseJson(`["\\"", ${'['.repeat(100)}`)).toThrow(/nested more than 100/);
});
