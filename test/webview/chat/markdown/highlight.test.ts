import { describe, expect, it } from 'vitest';
import { type Colored, highlight } from '../../../../webview/chat/markdown/highlight.ts';

const plain = (pieces: readonly Colored[]): string =>
  pieces.map((piece) => (typeof piece === 'string' ? piece : plain(piece.children))).join('');
const kinds = (pieces: readonly Colored[]): string[] =>
  pieces.flatMap((piece) => (typeof piece === 'string' ? [] : [piece.kind, ...kinds(piece.children)]));

describe('highlight', () => {
  it.each([
    ['ts', 'const a: string = "b"; // c', ['hljs-keyword', 'hljs-string', 'hljs-comment']],
    ['py', 'def f(): return 1', ['hljs-keyword', 'hljs-number']],
    ['mts', 'let a;', ['hljs-keyword']],
  ])('colours %s', (language, code, expected) => {
    const pieces = highlight(code, language);
    expect(plain(pieces)).toBe(code);
    expect(kinds(pieces)).toEqual(expect.arrayContaining(expected));
  });

  it('keeps every character of text that is not code', () => {
    for (const language of ['ts', 'html', 'php', 'diff', 'json']) {
      const code = '<?php </script><b>&lt;"\'`${\u0000\n\\';
      expect(plain(highlight(code, language))).toBe(code);
    }
  });

  it('leaves unknown languages and too long code without colours', () => {
    expect(highlight('let a;', 'nothing')).toEqual(['let a;']);
    expect(highlight('let a;', '')).toEqual(['let a;']);
    const long = 'let a;'.repeat(20_000);
    expect(highlight(long, 'ts')).toEqual([long]);
  });
});
