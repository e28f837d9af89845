import { describe, expect, it } from 'vitest';
import { codeIn } from '../../../../extension/chat/code/answerCode.ts';
import { blocksIn } from '../../../../extension/chat/code/blocks.ts';
import { difference, movedLines } from '../../../../extension/chat/code/change.ts';
import { indentationOf, insertion } from '../../../../extension/chat/code/indentation.ts';
import { editorLanguage, strangeLanguage } from '../../../../extension/chat/code/languages.ts';

const two = { spaces: true, size: 2 };

describe('declarations', () => {
  it('are recognised by their form, with the comments above and the closing line', () => {
    const code = `// of old
const answer = 42;

/** Adds. */
export async function add(
  a: number,
): Promise<number> {
  if (a) {
    call(a);
  } else {
    b();
  }
}
export const twice = (a: number) => a * 2;
interface Shape {
  area(): number;
}`;
    const found = blocksIn(code.split('\n')).map(({ name, top, start, end }) => [name, top, start, end]);
    expect(found).toEqual([
      ['add', 3, 4, 13],
      ['twice', 13, 13, 14],
      ['Shape', 14, 14, 17],
    ]);
  });

  it('of other languages', () => {
    const names = (...lines: string[]) => blocksIn(lines).map(({ name }) => name);
    expect(names('pub fn area(&self) -> f64 {')).toEqual(['area']);
    expect(names('func (s *Shape) Area() float64 {')).toEqual(['Area']);
    expect(names('    async def area(self):')).toEqual(['area']);
    expect(names('while (a) {', '} catch (error) {', 'items.map((a) => {', 'return a(b) {')).toEqual([]);
  });
});

describe('insertion at the cursor', () => {
  it('is as deep as the line', () => {
    expect(insertion('if (a) {\n    b();\n}', '  ', 2, two)).toBe('if (a) {\n    b();\n  }');
    expect(insertion('    if (a) {\n      b();\n    }\n', '\t', 1, { spaces: false, size: 4 })).toBe('if (a) {\n\t\tb();\n\t}');
  });

  it('of several lines gets lines of its own, of one line goes into the line', () => {
    expect(insertion('a();\nb();', '  before(); after();', 12, two)).toBe('\n  a();\n  b();\n  ');
    expect(insertion('sum(a)\n', 'const b = ;', 10, two)).toBe('sum(a)');
    expect(insertion('\n', 'a', 0, two)).toBe('');
  });

  it("in the document's own indentation", () => {
    expect(indentationOf(['a', '    b', '        c', '     * d'], two)).toEqual({ spaces: true, size: 4 });
    expect(indentationOf(['a', '\tb'], two)).toEqual({ spaces: false, size: 2 });
    expect(indentationOf(['a'], two)).toEqual(two);
  });
});

describe('a change', () => {
  it.each([
    ['a\nb\nc\n', 'a\nB\nc\n', { start: 2, end: 4, text: 'B\n' }],
    ['a\r\nb\r\nc', 'a\r\nb\r\nx\r\nc', { start: 6, end: 6, text: 'x\r\n' }],
    ['a\na\n', 'a\na\na\n', { start: 4, end: 4, text: 'a\n' }],
    ['', 'a\n', { start: 0, end: 0, text: 'a\n' }],
    ['a', 'ab', { start: 0, end: 1, text: 'ab' }],
    ['a\nb\n', '', { start: 0, end: 4, text: '' }],
    ['a\n', 'a\n', { start: 2, end: 2, text: '' }],
  ])('from %j to %j replaces whole lines', (before, after, wanted) => {
    const { start, end, text } = difference(before, after);
    expect(before.slice(0, start) + text + before.slice(end)).toBe(after);
    expect({ start, end, text }).toEqual(wanted);
  });

  it('finds its lines again unless they were changed or stand there twice', () => {
    expect(movedLines('a\nb\nb', 'x\na\nb\nb', { start: 2, end: 3 })).toEqual({ start: 3, end: 4 });
    expect(movedLines('b\nb\nc', 'b\nb\nx\nc', { start: 0, end: 1 })).toEqual({ start: 0, end: 1 });
    expect(movedLines('a\nb\nc\nd', 'x\na\nb\nc\ny\nd', { start: 1, end: 2 })).toEqual({ start: 2, end: 3 });
    expect(movedLines('a\nb\nc', 'x\na\nb\nc', { start: 1, end: 2 })).toEqual({ start: 2, end: 3 });
    expect(movedLines('a\nb\nc', 'a\nB\nc', { start: 1, end: 2 })).toBeUndefined();
    expect(movedLines('a\nb\nc', 'b\nb', { start: 1, end: 2 })).toBeUndefined();
  });
});

describe('an answer', () => {
  it('gives its largest block of code that may stand in the document', () => {
    const known = ['typescript', 'typescriptreact', 'shellscript', 'plaintext'];
    const answer = 'Sure:\n```sh\nnpm i\n```\n\n- so:\n\n  ````ts\n  const a = `b`;\n  ```\n    c();\n  ````\nDone.';
    expect(codeIn(answer, 'typescript', known)).toEqual({ language: 'ts', code: 'const a = `b`;\n```\n  c();' });
    expect(codeIn('```\na\nb', 'typescript', known)).toEqual({ language: '', code: 'a\nb' });
    expect(codeIn('No `code` here.\n```ts\n```', 'typescript', known)).toBeUndefined();
    const mixed = '```ts\nf(1);\n```\nThen run\n```sh\nnpm install --save-dev vitest\n```';
    expect(codeIn(mixed, 'typescriptreact', known)).toEqual({ language: 'ts', code: 'f(1);' });
    expect(codeIn(mixed, 'shellscript', known)?.language).toBe('sh');
    expect(codeIn('```sh\nls\n```', 'typescript', known)).toBeUndefined();
  });

  it('names languages as fences do', () => {
    const known = ['typescript', 'shellscript', 'python', 'plaintext'];
    expect(['ts', 'TypeScript', 'bash', 'py', '', 'ruby', 'constructor'].map((name) => editorLanguage(name, known))).toEqual([
      'typescript',
      'typescript',
      'shellscript',
      'python',
      'plaintext',
      'plaintext',
      'plaintext',
    ]);
  });

  it.each([
    ['ts', 'python', 'typescript'],
    ['bash', 'typescript', 'shellscript'],
    ['Python3', 'javascriptreact', 'python'],
    // By what the editor calls them, or by kinship, the same.
    ['py', 'python', undefined],
    ['js', 'typescriptreact', undefined],
    ['tsx', 'javascript', undefined],
    ['c', 'cpp', undefined],
    // Nobody can say.
    ['', 'python', undefined],
    ['text', 'python', undefined],
    ['klingon', 'python', undefined],
    // Files that hold code of any language.
    ['ts', 'markdown', undefined],
    ['js', 'vue', undefined],
    ['ts', 'plaintext', undefined],
  ])('in a fence called "%s" is strange to a file of %s as %s', (fence, document, language) => {
    const known = ['typescript', 'typescriptreact', 'javascript', 'python', 'shellscript', 'c', 'cpp', 'plaintext'];
    expect(strangeLanguage(fence, document, known)).toBe(language);
  });
});
