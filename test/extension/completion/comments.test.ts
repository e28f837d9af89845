import { expect, test } from 'vitest';
import { isInComment } from '../../../extension/completion/comments.ts';
import { at } from './cursor.ts';

test.each<[string, string, boolean]>([
  ['// what |', 'typescript', true],
  ['a(); // what |', 'go', true],
  ['a();|', 'typescript', false],
  ['// what\na|', 'typescript', false],
  ["const url = 'https://a.b/|", 'typescript', false],
  ['const url = "a//b"; |', 'typescript', false],
  ['const url = "a//b"; // what |', 'typescript', true],
  ['x = "#" # what |', 'python', true],
  ['fetch(`http://|', 'typescript', false],
  ["don't // it is |", 'typescript', true],
  ['/**\n * what |', 'typescript', true],
  ['/* what */ a|', 'typescript', false],
  ["const glob = 'src/**/*.ts';\na|", 'typescript', false],
  ['/* a */\n/* b |', 'css', true],
  ['// no comment |', 'css', false],
  ['# what |', 'python', true],
  ['x = "#" + |', 'python', false],
  ['x = "a # |', 'python', false],
  ['echo $# |', 'shellscript', false],
  ['<!-- what |', 'html', true],
  ['<!-- what --> |', 'html', false],
  ['-- what |', 'sql', true],
  ['// what |', 'unheard-of', false],
])('%j in %s: %s', (marked, languageId, expected) => {
  expect(isInComment(at(marked, languageId))).toBe(expected);
});
