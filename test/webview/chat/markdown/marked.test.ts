import { expect, test } from 'vitest';
import { highlight } from '../../../../webview/chat/markdown/highlight.ts';
import { type Marked, withUnknown } from '../../../../webview/chat/markdown/marked.ts';

const names = new Set(['foal', '$pony']);

/** Names between ⟦ and ⟧ where they stand for the first time, between ⟨ and ⟩ afterwards. */
function written(pieces: readonly Marked[]): string {
  return pieces
    .map((piece) => {
      if (typeof piece === 'string') return piece;
      if (!('name' in piece)) return written(piece.children);
      return piece.isFirst ? `⟦${piece.name}⟧` : `⟨${piece.name}⟩`;
    })
    .join('');
}

test.each([
  ['foal(foals, $pony.foal)', '⟦foal⟧(foals, ⟦$pony⟧.⟨foal⟩)'],
  ['"foal" // foal\nfoal', '"foal" // foal\n⟦foal⟧'],
  [`\`foal \${foal} foal\``, `\`foal \${⟦foal⟧} foal\``],
  ['a = /foal/.test(foal)', 'a = /foal/.test(⟦foal⟧)'],
  ['function foal() {}', 'function ⟦foal⟧() {}'],
])('%j: %j', (code, expected) => {
  expect(written(withUnknown(highlight(code, 'ts'), names))).toBe(expected);
});

test('code without such names is left as it is', () => {
  const pieces = highlight('let a = foal;', 'ts');
  expect(withUnknown(pieces, new Set())).toBe(pieces);
});
