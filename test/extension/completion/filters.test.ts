import { describe, expect, test } from 'vitest';
import type { IndentStyle } from '../../../extension/completion/context.ts';
import type { Filter } from '../../../extension/completion/filter.ts';
import { matchIndentation } from '../../../extension/completion/indentFilter.ts';
import { cutLoop, cutRepeatedLines } from '../../../extension/completion/repetition.ts';
import {
  cutTrailingSpace,
  cutUnfinishedLine,
  stopAtBlockEnd,
  stopAtForeignBracket,
} from '../../../extension/completion/shapeFilters.ts';
import {
  cutClosersThatFollow,
  cutLinesThatFollow,
  cutQuoteThatFollows,
  cutStartOfSuffix,
  cutWordsThatFollow,
  dropNearTwin,
  dropWhatRepeatsTheLine,
} from '../../../extension/completion/suffixFilters.ts';
import { at } from './cursor.ts';

/** What the case shows, the document with the cursor, the text, and what the filter leaves of it. */
type Golden = readonly [name: string, marked: string, text: string, left: string];

function golden(name: string, filter: Filter, cases: readonly Golden[], cutShort = false): void {
  describe(name, () => {
    test.each(cases)('%s', (_name, marked, text, left) => {
      expect(filter(text, at(marked), { text, cutShort })).toBe(left);
    });
  });
}

golden('stop at a bracket that closes what was not opened here', stopAtForeignBracket, [
  ['a line that leaves the block', 'f({\n  a: |', '1,\n  }, 2);\ng();', '1,'],
  ['a block that the suggestion opens', '|', 'f({\n  a: 1,\n});', 'f({\n  a: 1,\n});'],
  ["a block that the cursor's line opens", 'if (a) {|', '\n  b();\n}', '\n  b();\n}'],
  ['a bracket that the document closes below', 'f(\n  a, |\n);', 'b);', 'b'],
  ['a bracket that nothing closes yet', 'f(\n  a, |\n', 'b);', 'b);'],
  ['a bracket of another kind below', 'function g() {\n  f(a,\n    |\n}', 'b);', 'b);'],
  ['a bracket that is replaced', 'function f(|) {\n}', 'a: string) {', 'a: string) {'],
  ['brackets in strings', 'const smile = |', "':)';", "':)';"],
]);

golden('cut lines and blocks said again and again', cutRepeatedLines, [
  ['a line three times', '|', 'a();\nb();\nb();\nb();', 'a();\nb();'],
  ['a line twice', '|', 'b();\nb();', 'b();\nb();'],
  ['a block of two lines three times', '|', 'a();\nb();\na();\nb();\na();\nb();', 'a();\nb();'],
  ['blocks between blank lines', '|', 'a();\n\na();\n\na();\n\n', 'a();'],
  ['a line that stands above three times', 'b();\nb();\nb();\n|', 'b();\nc();', ''],
  ['a line that stands above twice', 'b();\nb();\n|', 'b();\nc();', 'b();\nc();'],
  ['the rest of a line that stands above', 'b();\nb();\nb();\nb|', '();', ''],
  ['closing brackets, each with its indentation', '|', '    }\n  }\n}', '    }\n  }\n}'],
  ['a repetition above that has come to its end', 'b();\nb();\nb();\nb();\n|', 'c();', 'c();'],
  ['half a repetition', 'a();\nb();\na();\nb();\n|', 'a();\nb();', 'a();\nb();'],
]);

golden('cut the start of the suffix', cutStartOfSuffix, [
  ['two lines that follow', 'f() {\n  |\n  }\n}', 'a();\n  }\n}', 'a();'],
  ['lines with a blank one between', '|\nb();\n\nc();\n', 'a();\nb();\nc();', 'a();'],
  ['lines that only begin alike', '|\nb();\nc();', 'a();\nb();\nd();', 'a();\nb();\nd();'],
  ['more lines than follow', '|\nb();', 'a();\nb();\nc();', 'a();\nb();\nc();'],
  ["the cursor's own line among them", 'x|\nxa();\nb();', 'a();\nb();', ''],
]);

golden('cut words that follow', cutWordsThatFollow, [
  ['a name', 'f(|, next, last)', 'a, next', 'a'],
  ['a member', 'for (const x of |.items) {', 'this.items', 'this'],
  ['not half a word', 'f(| names)', 'a name', 'a name'],
  ['not the end of a word', 'f(|name, b)', 'rename', 'rename'],
  ['not a lone sign', 'f(|, b)', 'g(a, ', 'g(a, '],
]);

golden('cut the quotation mark that is there', cutQuoteThatFollows, [
  ['it closes the string', "say('|');", "hello'", 'hello'],
  ['it closes one of the text', "say('|');", "' + name + '", "' + name + '"],
  ['an odd one too many', 'say("|");', '" + name + "!"', '" + name + "!'],
  ['another sign', 'say("|");', "it's'", "it's'"],
  ['none follows', 'say("|', 'hello"', 'hello"'],
]);

golden('drop what nearly stands below', dropNearTwin, [
  ['one letter in forty', '|\nconst thirdValue = compute(first, second);\n', 'const thirdValue = compute(first, secons);', ''],
  ['the third line', '|\na();\nb();\nconst thirdValue = compute(first);', 'const thirdValue = compute(first);', ''],
  [
    'the fourth line',
    '|\na();\nb();\nc();\nconst thirdValue = compute(1);',
    'const thirdValue = compute(1);',
    'const thirdValue = compute(1);',
  ],
  ['what is typed counts', 'const third|\nconst thirdValue = compute(first);', 'Value = compute(first);', ''],
  [
    'three letters in forty',
    '|\nconst thirdValue = compute(first, second);',
    'const otherValue = compute(first, second);',
    'const otherValue = compute(first, second);',
  ],
  ['a short line may well come again', '|\na();\n  break;', 'break;', 'break;'],
  ['several lines', '|\nconst first = one(1);\nconst second = two(2);', 'const first = one(1);\nconst second = two(3);', ''],
]);

golden('stop where the block ends', stopAtBlockEnd, [
  ['a line indented less', '  if (a) {\n    |', 'b();\n  c();', 'b();'],
  ["the block of the cursor's line", 'if (a) {|', '\n  b();\n}\nc();', '\n  b();\n}'],
  ['a blank line before a sibling', '  |', 'a();\n\n  c();', 'a();\n'],
  ['deeper lines behind a blank one', '|', 'f() {\n  a();\n\n  b();\n}', 'f() {\n  a();\n\n  b();\n}'],
]);

golden(
  'drop a loop that the limit has ended',
  cutLoop,
  [
    ['all of it', 'x = |', 'ab'.repeat(20), ''],
    ['the line of it', '|', `a();\nb${'.get(x)'.repeat(5)}.g`, 'a();'],
    ['a rule of dashes', '// |', '-'.repeat(40), '-'.repeat(40)],
  ],
  true,
);
golden('keep a list that comes to its own end', cutLoop, [['zeros', 'x = |', '[0, 0, 0, 0, 0, 0]', '[0, 0, 0, 0, 0, 0]']]);

golden(
  'drop half a last line',
  cutUnfinishedLine,
  [
    ['behind whole ones', '|', 'a();\nb(lon', 'a();'],
    ['not when it is all there is', '|', 'a(lon', 'a(lon'],
    ['not behind blank ones alone', '|', '\n  a(lon', '\n  a(lon'],
  ],
  true,
);
golden('keep a last line that is whole', cutUnfinishedLine, [['two lines', '|', 'a();\nb()', 'a();\nb()']]);

golden('cut white space at the end', cutTrailingSpace, [
  ['spaces and line breaks', 'x =|', ' 1;  \n\n', ' 1;'],
  ["a line break that the rest of the cursor's line needs", 'f() {|}', '\n  a();\n', '\n  a();\n'],
]);

golden('cut lines that follow', cutLinesThatFollow, [
  ['the last line', 'f() {\n  |\n}', 'a();\n}', 'a();'],
  ['the first line', '|\nreturn a;', 'return a;\nb();', ''],
  ['the first line, of which a part is typed', 'retu|\nreturn a;', 'rn a;', ''],
  ['from a line that says something', '|\n\nreturn a;', 'b();\nreturn a;\nc();', 'b();'],
  ['not from a lone bracket', 'f() {\n  |\n}', 'g() {\n}\nh();', 'g() {\n}\nh();'],
  ['not where something else follows', '|\nb();', 'a();', 'a();'],
]);

golden('cut closing brackets that follow', cutClosersThatFollow, [
  ['one that nothing opened', 'call(|)', 'x)', 'x'],
  ['not one that the text opened', 'call(|)', 'f(x)', 'f(x)'],
  ['a bracket and a semicolon', 'call(|);', 'f(x));', 'f(x)'],
]);

golden('drop what the rest of the line says', dropWhatRepeatsTheLine, [
  ['a semicolon', 'return |;', ';', ''],
  ['not what says more', 'return |;', 'a;', 'a;'],
  ['not at the end of a line', 'return|', ';', ';'],
]);

const spaces: IndentStyle = { spaces: true, size: 4 };
const tabs: IndentStyle = { spaces: false, size: 4 };

test.each<[string, IndentStyle | undefined, string, string, string]>([
  ['tabs where there are spaces', spaces, 'f() {|', '\n\ta();\n\t\tb();\n}', '\n    a();\n        b();\n}'],
  ['spaces where there are tabs', tabs, 'f() {|', '\n  a();\n    b();\n}', '\n\ta();\n\t\tb();\n}'],
  ['spaces of another width', tabs, 'f() {|', '\n    a();\n        b();', '\n\ta();\n\t\tb();'],
  ['what aligns stays', tabs, '|', '/**\n * a\n */', '/**\n * a\n */'],
  ['the first line goes on with what is typed', spaces, 'a|', '\t+ b', '\t+ b'],
  ['an indented first line', tabs, '|', '  a();\n  b();', '\ta();\n\tb();'],
  ['an unknown style', undefined, '|', '\ta();', '\ta();'],
])('indentation: %s', (_name, indent, marked, text, left) => {
  expect(matchIndentation(text, { ...at(marked), indent }, { text, cutShort: false })).toBe(left);
});
