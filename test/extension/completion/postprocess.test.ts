import { expect, test } from 'vitest';
import { hasSaidAll, postprocess, refit } from '../../../extension/completion/postprocess.ts';
import { at } from './cursor.ts';

interface Case {
  readonly name: string;
  readonly at: string;
  readonly text: string;
  readonly shown: string | undefined;
  readonly cutShort?: boolean;
  readonly languageId?: string;
}

const cases: Case[] = [
  { name: 'keeps what is fine', at: 'const x = |;', text: '1 + 2', shown: '1 + 2' },
  { name: 'drops blank text', at: 'const x = |', text: ' \n\t', shown: undefined },
  { name: 'cuts trailing white space', at: 'const x =|', text: ' 1;  \n\n', shown: ' 1;' },
  { name: 'uses one kind of line break', at: 'f() {|', text: '\r\n  a();\r\n}', shown: '\n  a();\n}' },

  { name: 'drops a loop', at: 'self.|', text: `get_type = ${'_type'.repeat(12)}_ty`, shown: undefined, cutShort: true },
  {
    name: 'keeps the lines before a loop',
    at: 'function f() {|',
    text: `\n  start();\n  next();\n  a${'.get(x)'.repeat(6)}.g`,
    shown: '\n  start();\n  next();',
    cutShort: true,
  },
  {
    name: 'keeps a list that ends',
    at: 'const zeros = |',
    text: '[0, 0, 0, 0, 0, 0, 0, 0];',
    shown: '[0, 0, 0, 0, 0, 0, 0, 0];',
  },
  {
    name: 'keeps all of one line that is cut short',
    at: 'const s = |',
    text: 'first.second',
    shown: 'first.second',
    cutShort: true,
  },
  { name: 'keeps a rule of dashes', at: '// |', text: '-'.repeat(64), shown: '-'.repeat(64), cutShort: true },

  { name: 'cuts the bracket that stands right of the cursor', at: 'call(|)', text: 'x)', shown: 'x' },
  { name: 'keeps a bracket that closes its own', at: 'call(|)', text: 'f(x)', shown: 'f(x)' },
  { name: 'cuts only the bracket too many', at: 'call(|);', text: 'f(x));', shown: 'f(x)' },
  { name: 'keeps a last bracket of its own after one too many', at: 'f(|)', text: 'a) + g(b)', shown: 'a) + g(b)' },
  { name: 'cuts repeated words right of the cursor', at: 'const x = | as number;', text: '1 as number;', shown: '1' },
  { name: 'drops what only repeats the rest of the line', at: 'return |;', text: ';', shown: undefined },
  {
    name: 'keeps the closing brace on its line between braces',
    at: 'function f() {|}',
    text: '\n  return 1;\n}',
    shown: '\n  return 1;\n',
  },

  {
    name: 'cuts the last line when it is the next one of the document',
    at: 'function f() {\n  |\n}',
    text: 'return 1;\n}',
    shown: 'return 1;',
  },
  {
    name: 'keeps a last line that closes a deeper block',
    at: 'function f() {\n  |\n}',
    text: 'if (a) {\n    b();\n  }',
    shown: 'if (a) {\n    b();\n  }',
  },
  {
    name: 'drops a line that stands below already',
    at: 'const a = 1;\n|\nconst b = 2;\n',
    text: 'const b = 2;',
    shown: undefined,
  },
  {
    name: 'cuts from a line that stands below already',
    at: 'const a = 1;\n|\n\nreturn total;\n',
    text: 'total += a;\nreturn total;\nx();',
    shown: 'total += a;',
  },

  { name: 'stops after the block opened here', at: 'if (a) {|', text: '\n  b();\n}\nc();', shown: '\n  b();\n}' },
  { name: 'stops before a line that leaves the block', at: '  if (a) {\n    |', text: 'b();\n  }\n  c();', shown: 'b();' },
  {
    name: 'stops a Python block at its end',
    at: 'def f():|',
    text: '\n    return 1\nprint(2)',
    shown: '\n    return 1',
    languageId: 'python',
  },
  { name: 'goes on below a whole line', at: '  a();|', text: '\n  b();', shown: '\n  b();' },
  { name: 'stops at a blank line before a sibling', at: '  |', text: 'a();\n  b();\n\n  c();', shown: 'a();\n  b();' },
  {
    name: 'goes on over a blank line inside a block',
    at: '|',
    text: 'f() {\n  a();\n\n  b();\n}',
    shown: 'f() {\n  a();\n\n  b();\n}',
  },
  { name: 'drops half a last line after whole ones', at: '  |', text: 'a();\n  b(lon', shown: 'a();', cutShort: true },
  {
    name: 'cuts a line said again and again',
    at: 'f() {|',
    text: '\n  a = {\n  b();\n  b();\n  b();',
    shown: '\n  a = {\n  b();',
  },
  { name: 'keeps a line said twice', at: '  |', text: 'b();\n  b();', shown: 'b();\n  b();' },
  { name: 'keeps half a line when it is all there is', at: 'x = |', text: 'veryLong', shown: 'veryLong', cutShort: true },
];

test.each(cases)('$name', ({ at: marked, text, shown, cutShort = false, languageId }) => {
  const fitted = postprocess({ text, cutShort }, at(marked, languageId));
  expect('text' in fitted ? fitted.text : undefined).toBe(shown);
});

test('the rest of a suggestion keeps its shape and is fitted to the new suffix', () => {
  expect(refit('a, b)', at('call(|)'))).toEqual({ text: 'a, b' });
  expect(refit('return 1;\n}', at('f() {\n  |\n}'))).toEqual({ text: 'return 1;' });
  expect(refit('b();\n\nc();', at('a();\n|'))).toEqual({ text: 'b();\n\nc();' });
});

test.each([
  ['x = |', '', 'model-silent'],
  ['x = |', ' \n', 'model-silent'],
  ['  if (a) {\n    |', '\n  }', 'leaves-block'],
  ['const a = 1;\n|\nconst b = 2;\n', 'const b = 2;', 'repeats-document'],
  ['return |;', ';', 'repeats-document'],
])('at %j nothing is left of %j: %s', (marked, text, silence) => {
  expect(postprocess({ text, cutShort: false }, at(marked))).toEqual({ silence });
});

test('a text that repeats itself from the beginning gets that reason', () => {
  expect(postprocess({ text: 'a.b'.repeat(20), cutShort: true }, at('x = |'))).toEqual({ silence: 'repeats-itself' });
});

test.each([
  ['function f() {\n  |\n}', 'a();\n  b();\n', false],
  ['function f() {\n  |\n}', 'a();\n}', false], // the line may go on
  ['function f() {\n  |\n}', 'a();\n}\n', true],
  ['if (a) {|', '\n  b();\n}\n', false],
  ['if (a) {|', '\n  b();\n}\nc();\n', true],
  ['|', 'a();\na();\na();\n', true],
  ['|', 'a();\na();\n', false],
  ['  |', '\n', false],
])('at %j, of %j nothing more can be shown: %s', (marked, text, expected) => {
  expect(hasSaidAll(text, at(marked))).toBe(expected);
});
