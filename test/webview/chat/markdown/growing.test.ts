import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { GrowingMarkdown } from '../../../../webview/chat/markdown/growing.ts';
import { parseMarkdown } from '../../../../webview/chat/markdown/parse.ts';
import { longAnswer } from '../../../bench/chat/answer.ts';

/** Parses a text as it grows, and compares that with parsing it at once. */
function grow(text: string, step: (at: number) => number): void {
  const growing = new GrowingMarkdown();
  for (let end = 0; end <= text.length; end += step(end)) {
    const part = text.slice(0, end);
    expect(growing.read(part), JSON.stringify(part.slice(-80))).toEqual(parseMarkdown(part));
  }
}

describe('GrowingMarkdown', () => {
  it.each([
    '> a\n#b\n# c\n\nd\n',
    '> a\n-b\n- c\n\n\n  d\ne',
    '- a\n\n- b\n\n  c\n\nd\n\n* e\n1. f\n1) g',
    'a\n---\nb\n===\n***\n- - -\n',
    'a | b\n--|--\n1 | 2\n\nc\n\n| d |\n|---|\n| e |\nf',
    '```ts\na\n```\n    b\n\n    c\n~~~\nd\n```\n~~~\n',
    '1. a\n\n   ```\n   b\n   ```\n2. c\n\n\td\n',
    '[a][r] b\n\n# c\n\n[r]: https://a.example\n\n[r] d\n\ne\n',
    'a\r\n\r\n- b\r\n- c\r\n\r\nd\r\n',
    '\n\n  \n# a\n\n\n',
  ])('reads %j as it grows as at once', (text) => grow(text, () => 1));

  it('reads a long answer as it grows as at once', () => {
    const text = longAnswer(900).join('');
    grow(text, (at) => 1 + ((at * 7919) % 13));
  });

  it('reads documents as they grow as at once', () => {
    for (const name of ['README.md', 'ARCHITECTURE.md', 'webview/README.md']) {
      const text = readFileSync(new URL(`../../../../${name}`, import.meta.url), 'utf8').slice(0, 6_000);
      grow(text, (at) => 1 + ((at * 7919) % 97));
    }
  });

  it('redraws a block when the target of its reference grows', () => {
    const growing = new GrowingMarkdown();
    const drawn = ['https', 'https://a.example', 'https://a.example/b'].map(
      (target) => growing.read(`See [docs].\n\nText.\n\n[docs]: ${target}`)[0],
    );
    expect(new Set(drawn.map((block) => JSON.stringify(block?.nodes))).size).toBe(3);
    expect(new Set(drawn.map((block) => block?.key)).size).toBe(3);
  });

  it('starts over with another text', () => {
    const growing = new GrowingMarkdown();
    growing.read('a\n\nb\n\nc\n');
    expect(growing.read('d\n\nb\n\nc\n')).toEqual(parseMarkdown('d\n\nb\n\nc\n'));
  });

  it('does not parse finished blocks again', () => {
    const growing = new GrowingMarkdown();
    const before = growing.read('# a\n\nb\n\n- c\n- d');
    const after = growing.read('# a\n\nb\n\n- c\n- d\n- e');
    expect(after.map((block, index) => block === before[index])).toEqual([true, true, false]);
  });
});
