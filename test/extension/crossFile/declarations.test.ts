import { describe, expect, it } from 'vitest';
import { declarationAt, type OutlineNode, symbolsNear } from '../../../extension/crossFile/declarations.ts';

/** The symbols near the cursor, which is written as `|`. */
function near(marked: string): string[] {
  const [before = ''] = marked.split('|');
  const lines = marked.replace('|', '').split('\n');
  const line = before.split('\n').length - 1;
  return symbolsNear((at) => lines[at], line, before.length - before.lastIndexOf('\n') - 1).map(({ name }) => name);
}

describe('symbolsNear', () => {
  it('takes the nearest first, each once, without the one being typed', () => {
    const text = 'const cart = openCart();\nfor (const item of cart.items) {\n  price(item, tota|\n}\nshow(total);';
    expect(near(text)).toEqual(['item', 'price', 'items', 'cart', 'openCart', 'show']);
  });

  it('leaves strings, comments and imports alone', () => {
    expect(near("import { a1 } from './a1';\nload('file name'); // the comment\n|")).toEqual(['load']);
  });

  it('gives the positions of the names', () => {
    const lines = ['a.first()', '  second'];
    expect(symbolsNear((at) => lines[at], 1, 0)).toEqual([{ name: 'first', line: 0, character: 2 }]);
  });
});

const leaf = (line: number, isContainer = false, children: OutlineNode[] = []): OutlineNode => ({ line, isContainer, children });

describe('declarationAt', () => {
  const text = [
    '/** A cart of a shop. */',
    'export class Cart extends Base {',
    '  /**',
    '   * Puts something in.',
    '   * @param item what',
    '   * @returns how many there are',
    '   */',
    '  add(item: Item, count = 1): number {',
    '    const sum = count;',
    '    return sum;',
    '  }',
    '}',
  ].join('\n');
  const outline = [leaf(1, true, [leaf(7, false, [leaf(8)])])];

  it('gives the class, the beginning of the documentation, and the signature', () => {
    expect(declarationAt('a.ts', text, 7, outline)).toBe(
      'export class Cart extends Base {\n  /**\n   * Puts something in.\n */\n  add(item: Item, count = 1): number',
    );
  });

  it('gives the members of a class', () => {
    expect(declarationAt('a.ts', text, 1, outline)).toBe(
      '/** A cart of a shop. */\nexport class Cart extends Base {\n  add(item: Item, count = 1): number\n}',
    );
  });

  it('gives nothing for declarations inside a function, or missing where the language server says', () => {
    expect(declarationAt('a.ts', text, 8, outline)).toBeUndefined();
    expect(declarationAt('a.ts', text, 9, outline)).toBeUndefined();
  });

  it('gives the line if there is no outline', () => {
    expect(declarationAt('a.ts', text, 7, [])).toContain('  add(item: Item, count = 1): number');
  });

  it('handles docstrings, and braces of any language', () => {
    const python = 'def load(path: str) -> str:\n    """Reads a file.\n\n    More.\n    """\n    return path\n';
    expect(declarationAt('a.py', python, 0, [])).toBe('def load(path: str) -> str: ...\n    """Reads a file."""');
    expect(declarationAt('a.go', '// Load reads.\nfunc Load(path string) (string, error) {\n\treturn path, nil\n}', 1, [])).toBe(
      '// Load reads.\nfunc Load(path string) (string, error)',
    );
    expect(declarationAt('a.rs', 'pub struct Point {\n    pub x: i32,\n}\nfn far() {}', 0, [])).toBe(
      'pub struct Point {\n    pub x: i32,\n}',
    );
  });
});
