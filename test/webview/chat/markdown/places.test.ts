import { describe, expect, it } from 'vitest';
import { drawnDoubts } from '../../../../webview/chat/markdown/places.ts';
import type { Doubt } from '../../../../webview/protocol/chatMessages.ts';

/** Doubts about the text between ⟦ and ⟧ in Markdown. */
function marked(text: string): { source: string; doubts: Doubt[] } {
  const parts = text.split(/[⟦⟧]/);
  let at = 0;
  const doubts = parts.flatMap((part, index): Doubt[] => {
    const from = at;
    at += part.length;
    return index % 2 === 1 ? [{ from, to: at, level: 'low' }] : [];
  });
  return { source: parts.join(''), doubts };
}

/** The parts of the drawn text that are shaded. */
function shaded(text: string): string[] {
  const { source, doubts } = marked(text);
  const { drawn, doubts: found } = drawnDoubts(source, doubts);
  return found.map(({ from, to }) => drawn.slice(from, to));
}

describe('drawnDoubts', () => {
  it.each([
    ['plain ⟦words⟧ here', ['words']],
    ['the same word, the ⟦same⟧ word', ['same']],
    ['**bo⟦ld** and *thi⟧n*', ['ld', ' and ', 'thi']],
    ['# A ⟦title⟧\n\nA title.', ['title']],
    ['a &lt;b&gt; \\*⟦c⟧\\* d', ['c']],
    ['`a` and `⟦a⟧`', ['a']],
    ['[a](https://a.example/a) ⟦a⟧', ['a']],
    ['one\n⟦two⟧\nthree', ['two']],
    ['> quoted\n> ⟦twice⟧', ['twice']],
    ['- a\n- ⟦a⟧\n  - a', ['a']],
    ['| a | b |\n|---|---|\n| ⟦a⟧ | b |\n| a | ⟦b⟧ |', ['a', 'b']],
    ['```ts\nlet ts = ⟦ts⟧;\nts();\n```\n\nts', ['ts']],
    ['1. Do:\n\n   ```py\n   if a:\n       ⟦a⟧()\n   ```\n', ['a']],
    ['    indented ⟦code⟧', ['code']],
    ['```ts\nstill ⟦open', ['open']],
    ['a\r\n\r\n```\r\nb ⟦c⟧\r\n```\r\n', ['c']],
    ['![⟦alternative⟧](https://a.example/b.png) after', []],
    ['one ⟦  \n\n  two⟧', ['two']],
  ])('%j', (text, expected) => {
    expect(shaded(text)).toEqual(expected);
  });

  it('leaves a text with hidden characters alone, and those after it in their places', () => {
    expect(shaded('a\u202eb ⟦c⟧\n\n⟦d⟧')).toEqual(['d']);
    expect(shaded('`a\u200bb` ⟦c⟧')).toEqual(['c']);
  });
});
