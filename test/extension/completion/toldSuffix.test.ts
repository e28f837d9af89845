import { expect, test } from 'vitest';
import { ToldSuffix } from '../../../extension/completion/toldSuffix.ts';
import { at } from './cursor.ts';

function told(...marked: readonly string[]): string[] {
  const suffix = new ToldSuffix();
  return marked.map((each) => suffix.at(at(each)));
}

test('brackets and quotes that the editor closes while one types are left out of the suffix', () => {
  expect(told('x = |\ny;', 'x = f(|)\ny;', "x = f('|')\ny;", "x = f('a')|\ny;", "x = f('a') + g([|])\ny;")).toEqual(
    Array(5).fill('\ny;'),
  );
  expect(told('if (a) |\ny;', 'if (a) {|}\ny;', 'if (a) {\n  b(|)\n}\ny;')).toEqual(Array(3).fill('\ny;'));
});

test('brackets that were there before are part of the suffix', () => {
  expect(told('f(|)\ny;', 'f(a, g(|))\ny;', 'f(a, g(b), |)\ny;')).toEqual(Array(3).fill(')\ny;'));
});

test('at another place, in another document, with other text below or too many closed brackets, the suffix is the text as it is', () => {
  expect(told('a();\n|\nb();', 'a();\nx(|)\nb();', 'y(|)\na();\n\nb();')).toEqual(['\nb();', '\nb();', ')\na();\n\nb();']);
  expect(told('a|\nb();', 'a(|)\nc();', 'a(x|)\nc();')).toEqual(['\nb();', ')\nc();', ')\nc();']);
  expect(told('a|\nb();', 'a + more|b();')).toEqual(['\nb();', 'b();']);
  const deep = 40;
  const blocks = `${'{\n'.repeat(deep)}|${'\n}'.repeat(deep)}\nb();`;
  expect(told('|\nb();', blocks)).toEqual(['\nb();', `${'\n}'.repeat(deep)}\nb();`]);
  const suffix = new ToldSuffix();
  suffix.at(at('a|\nb();'));
  expect(suffix.at(at('a(|)\nb();', 'typescript', 'other.ts'))).toBe(')\nb();');
});

test('computing ahead changes nothing, and forgetting starts anew', () => {
  const suffix = new ToldSuffix();
  expect(suffix.at(at('f(|)\ny;'))).toBe(')\ny;');
  expect(suffix.at(at('f(a)|\ny;'), true)).toBe('\ny;');
  expect(suffix.at(at('f(g(|))\ny;'))).toBe(')\ny;');
  suffix.forget();
  expect(suffix.at(at('f(g(|))\ny;'))).toBe('))\ny;');
});
