import { describe, expect, it } from 'vitest';
import type { DeclaredSymbol } from '../../../../extension/chat/code/blocks.ts';
import { givenCode } from '../../../../extension/chat/commands/given.ts';
import { offersFor } from '../../../../extension/chat/commands/offers.ts';
import { questionFor } from '../../../../extension/chat/commands/words.ts';
import { contentOf } from '../../../../extension/chat/prompt.ts';

const code = { id: 'x', label: 'a.ts:3–5', language: 'typescript', text: '  if (a) {\n    b();\n  }' };
const told = (text: string) => {
  const [words] = contentOf({ text, attachments: [code] });
  return words?.kind === 'text' ? words.text : undefined;
};

describe('questions', () => {
  it('for an explanation have exactly the form that the default model is trained for', () => {
    expect(contentOf({ text: questionFor('explain', []), attachments: [code] })).toEqual([
      { kind: 'text', text: 'Explain this code.' },
      { kind: 'attachment', label: '', language: 'typescript', text: 'if (a) {\n  b();\n}' },
    ]);
  });

  it('say what is wanted, and what the editor reports', () => {
    const problem = { message: "Cannot find\n  name 'b'.", line: 2 };
    expect(told(questionFor('explain', [problem]))).toBe(
      "Explain this code. The editor reports in line 2: Cannot find name 'b'.",
    );
    expect(told(questionFor('fix', [problem, { message: 'No.', line: undefined }]))).toBe(
      "Fix this code. The editor reports in line 2: Cannot find name 'b'.\nThe editor reports: No.\nAnswer with the whole code in one code block, nothing else.",
    );
    expect(told(questionFor('document', []))).toBe(
      'Write a doc comment for this code. Answer with the whole code in one code block, nothing else.',
    );
    expect(told(questionFor('tests', []))).toBe(
      'Write tests for this code. Answer with the tests in one code block, nothing else.',
    );
    const long = questionFor('fix', [{ message: 'x'.repeat(9_999), line: 1 }]);
    expect(long.length).toBeLessThan(700);
    expect(long, 'a cut is seen').toMatch(/x…$/m);
  });
});

describe('the code of a command', () => {
  const text = 'const a = 1;\n\n// Twice.\nfunction twice(n) {\n  return 2 * n;\n}\n\nrun();\nwalk();\n';
  const given = (line: number, column: number, toLine = line, toColumn = column) =>
    givenCode({ text, start: { line, column }, end: { line: toLine, column: toColumn }, symbols: [] });

  it('is the declaration at the cursor with its comments, by its form or as a language server knows it', () => {
    const wanted = { lines: { start: 2, end: 6 }, text: '// Twice.\nfunction twice(n) {\n  return 2 * n;\n}' };
    expect(given(4, 3)).toEqual(wanted);
    expect(given(2, 0)).toEqual(wanted);
    const cursor = { line: 4, column: 0 };
    expect(givenCode({ text, start: cursor, end: cursor, symbols: [{ name: 'twice', first: 3, last: 5 }] })).toEqual(wanted);
  });

  it('is the declaration at the cursor where a language server has read another text, or only a part', () => {
    const cursor = { line: 4, column: 3 };
    const of = (...symbols: DeclaredSymbol[]) => givenCode({ text, start: cursor, end: cursor, symbols })?.lines;
    expect(of({ name: 'twice', first: 4, last: 6 })).toEqual({ start: 2, end: 6 });
    expect(of({ name: 'a', first: 0, last: 0 })).toEqual({ start: 2, end: 6 });
    // A declaration that was longer, and blank lines behind it now.
    expect(of({ name: 'twice', first: 3, last: 6 })).toEqual({ start: 2, end: 6 });
  });

  it('is the lines around the cursor where nothing is declared, and nothing on a blank one', () => {
    expect(given(8, 1)).toEqual({ lines: { start: 7, end: 9 }, text: 'run();\nwalk();' });
    expect(given(1, 0)).toBeUndefined();
  });

  it('is what is selected, in whole lines where nothing else stands there', () => {
    expect(given(4, 2, 5, 0)).toEqual({ lines: { start: 4, end: 5 }, text: '  return 2 * n;' });
    expect(given(4, 9, 4, 14)).toEqual({ lines: { start: 4, end: 5 }, text: '2 * n' });
    expect(given(3, 9, 4, 8)).toEqual({ lines: { start: 3, end: 5 }, text: 'twice(n) {\n  return' });
    expect(given(6, 0, 7, 0)).toBeUndefined();
  });
});

describe('lightbulbs', () => {
  it('offer nothing where nothing is selected or wrong', () => {
    expect(offersFor(false, 0)).toEqual([]);
    expect(offersFor(true, 0).map(({ task, isFix }) => [task, isFix])).toEqual([
      ['explain', false],
      ['fix', false],
      ['document', false],
      ['tests', false],
    ]);
    expect(offersFor(false, 2).map(({ task, isFix }) => [task, isFix])).toEqual([
      ['fix', true],
      ['explain', true],
    ]);
    expect(offersFor(true, 1)).toHaveLength(4);
  });
});
