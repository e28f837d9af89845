import { describe, expect, test } from 'vitest';
import { endsFirstLine, hiddenLine } from '../../../extension/completion/hiddenBlock.ts';
import type { Evidence } from '../../../extension/completion/likelihood.ts';
import { tokens } from './completerScene.ts';
import { at } from './cursor.ts';

const never = () => false;
const BLOCK = 'first(everything);\n  second';

test.each<[said: string, ended: boolean]>([
  ['', false],
  ['\n    ', false],
  ['first(', false],
  ['\n  first(', false],
  ['first();\n', true],
  ['first();\r\n', true],
  ['\n  first();\n  s', true],
])('the first line of %j has ended: %s', (said, ended) => {
  expect(endsFirstLine(said)).toBe(ended);
});

describe('an unlikely first line hides its block', () => {
  test.each<[why: string, marked: string, said: string, hidden: string | undefined]>([
    ['on an empty line', '  |', BLOCK, 'first(everything);'],
    ['behind what opens a block', 'if (x) {|}', '\n  first(everything);\n  second', '\n  first(everything);'],
    ['with breaks of Windows', '  |', 'first(everything);\r\n  second', 'first(everything);'],
    ['not before it ends', '  |', 'first(everything);', undefined],
    ['not where it is too short to be shown alone', '  |', 'f()\n  second', undefined],
    ['not where it stands below', '  |\n  first(everything);', BLOCK, undefined],
    ['not where a filter cuts it', 'if (x) {|}', '\n  first(everything) }\n  second', undefined],
    ['not where white space at its end would be cut', '  |', 'first(everything);  \n  second', undefined],
    ['indented as the document is', 'if (x) {|', '\n  first(everything);\n  second', '\n\tfirst(everything);'],
  ])('%s', (_why, marked, said, hidden) => {
    const context = { ...at(marked), ...(hidden?.includes('\t') && { indent: { spaces: false, size: 2 } }) };
    expect(hiddenLine(said, tokens([said.length, 0.1]), context, never)).toBe(hidden);
  });
});

test('the line is judged by its own tokens, as in the whole block', () => {
  const judged: Evidence[] = [];
  const marks = tokens([6, 0.5], [18, 0.25], [21, 0.001], [27, 0.001]);
  const note = (evidence: Evidence) => {
    judged.push(evidence);
    return true;
  };
  expect(hiddenLine(BLOCK, marks, at('  |'), note)).toBeUndefined();
  expect(judged).toEqual([{ logProbability: expect.closeTo(Math.log(0.125), 10), characters: 18 }]);
});
