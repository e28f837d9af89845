import { expect, test } from 'vitest';
import { labelOf } from '../../../../extension/chat/attachments/lineSpan.ts';
import { problemsText, type ShownProblem } from '../../../../extension/chat/attachments/problemsText.ts';
import { LARGEST_ATTACHMENT, refusalOfFile, refusalOfText } from '../../../../extension/chat/attachments/refusal.ts';
import { listSymbols, type SymbolNode, symbolAt, wholeLines } from '../../../../extension/chat/attachments/symbolList.ts';
import { selectedInTerminal } from '../../../../extension/chat/attachments/terminalText.ts';

const span = (from: number, to: number, character = 0, end = 1) => ({
  start: { line: from, character },
  end: { line: to, character: end },
});

test('the label of a place gives its lines', () => {
  expect(labelOf('src/a.ts', span(2, 2))).toBe('src/a.ts:3');
  expect(labelOf('src/a.ts', span(2, 6))).toBe('src/a.ts:3–7');
  expect(labelOf('src/a.ts', span(2, 6, 0, 0))).toBe('src/a.ts:3–6');
  expect(labelOf('src/a.ts', span(2, 3, 0, 0))).toBe('src/a.ts:3');
});

test('files are refused by name and kind, with the weightiest reason first', () => {
  const file = { path: 'src/a.ts', isTrusted: true, isOpen: false, isLeftOut: false };
  expect(refusalOfFile(file)).toBeUndefined();
  expect(refusalOfFile({ ...file, isTrusted: false })).toBe('not-open');
  expect(refusalOfFile({ ...file, isTrusted: false, isOpen: true })).toBeUndefined();
  expect(refusalOfFile({ ...file, isLeftOut: true })).toBe('left-out');
  for (const path of ['.env', 'config/.env.local', 'certs/server.key', '.aws/config', 'C/id_rsa']) {
    expect(refusalOfFile({ ...file, path, isLeftOut: true }), path).toBe('secret');
    expect(refusalOfFile({ ...file, path, isOpen: true }), path).toBe('secret');
  }
});

test('texts are refused by their content; generated code is not', () => {
  expect(refusalOfText('let a = 1;\n')).toBeUndefined();
  expect(refusalOfText('// @generated\nlet a = 1;\n')).toBeUndefined();
  expect(refusalOfText('<<<<<<< ours\na\n=======\nb\n>>>>>>> theirs\n')).toBeUndefined();
  expect(refusalOfText(' \n')).toBe('blank');
  expect(refusalOfText('a\0b')).toBe('binary');
  expect(refusalOfText('-----BEGIN PRIVATE KEY-----\n')).toBe('secret');
  expect(refusalOfText('a'.repeat(LARGEST_ATTACHMENT + 1))).toBe('too-large');
  expect(refusalOfText('let a = 1;\n'.repeat(10_000))).toBeUndefined();
});

const problem: ShownProblem = { severity: 'error', line: 1, message: 'Type wrong.\n  Really.', source: 'ts', code: '2322' };

test('problems are listed by file and line, with the code there', () => {
  const hint: ShownProblem = { severity: 'hint', line: 0, message: 'Unused.', source: '', code: '' };
  const files = [
    { path: 'a.ts', lines: ['let a;', '  let b: number = "";'], problems: [problem, hint] },
    { path: 'hidden.ts', lines: [], problems: [{ ...problem, source: 'lint', code: '' }] },
    { path: 'none.ts', lines: [], problems: [] },
  ];
  expect(problemsText(files)).toBe(`a.ts
line 1, hint: Unused.
    let a;
line 2, error (ts 2322): Type wrong. Really.
    let b: number = "";

hidden.ts
line 2, error (lint): Type wrong. Really.`);
  expect(problemsText([])).toBe('');
});

test('of very many problems the worst are listed, with the number of the others', () => {
  const many = Array.from({ length: 60 }, (_, line) => ({ line, message: `m${line}`, source: '', code: '' }));
  const problems = many.map((each) => ({ ...each, severity: each.line === 59 ? ('error' as const) : ('warning' as const) }));
  const text = problemsText([{ path: 'a.ts', lines: [], problems }]);
  expect(text).toContain('line 60, error: m59');
  expect(text).not.toContain('m49');
  expect(text.endsWith('\n\nAnd 10 more.')).toBe(true);
  const long = { path: 'a.ts', lines: ['x'.repeat(201)], problems: [{ ...problem, line: 0, message: 'y'.repeat(501) }] };
  expect(problemsText([long])).toBe(`a.ts\nline 1, error (ts 2322): ${'y'.repeat(500)}…\n    ${'x'.repeat(200)}…`);
});

test('symbols are listed in the order of the text, and the innermost is at the cursor', () => {
  const leaf = (name: string, from: number, to: number, children: SymbolNode[] = []): SymbolNode => ({
    ...{ name, kind: 5, children },
    range: span(from, to, 2),
  });
  const listed = listSymbols([leaf('last', 20, 22), leaf('Cart', 0, 10, [leaf('remove', 6, 9), leaf('add', 1, 5)])]);
  expect(listed.map(({ name, path }) => [...path, name].join('.'))).toEqual(['Cart', 'Cart.add', 'Cart.remove', 'last']);
  expect(symbolAt(listed, 3)?.name).toBe('add');
  expect(symbolAt(listed, 10)?.name).toBe('Cart');
  expect(symbolAt(listed, 15)).toBeUndefined();
});

test('a symbol begins with the indentation of its line, unless something else stands before it', () => {
  expect(wholeLines(span(1, 5, 2), '  add() {').start.character).toBe(0);
  expect(wholeLines(span(1, 5, 2), '; add() {').start.character).toBe(2);
});

test("the terminal's selection is read, and the clipboard stays as it was", async () => {
  const terminal = (before: string, selected: string) => {
    const state = { clipboard: before, writes: 0 };
    const read = async () => state.clipboard;
    const write = async (text: string) => {
      state.clipboard = text;
      state.writes++;
    };
    const copySelection = async () => {
      if (selected !== '') state.clipboard = selected;
    };
    return { state, run: () => selectedInTerminal({ read, write, copySelection, marker: 'marker' }) };
  };
  for (const [before, selected, writes] of [
    ['mine', 'ls', 1],
    ['mine', '', 2],
    ['same', 'same', 1],
    ['', '', 0],
  ] as const) {
    const { state, run } = terminal(before, selected);
    expect(await run(), `${before}/${selected}`).toBe(selected);
    expect(state, `${before}/${selected}`).toEqual({ clipboard: before, writes });
  }
  const { state, run } = terminal('', 'ls');
  expect(await run()).toBe('ls');
  expect(state.writes).toBe(0);
});
