import { describe, expect, it } from 'vitest';
import { identifiersIn, jaccard, namesIn } from '../../../extension/crossFile/identifiers.ts';
import { isSamePlace, surroundingsOf } from '../../../extension/crossFile/place.ts';
import { inOrder } from '../../../extension/crossFile/relate.ts';
import { bestFirst, mostSimilar, windowsOf } from '../../../extension/crossFile/windows.ts';

const numbered = (count: number, name: string) => Array.from({ length: count }, (_, i) => `${name}${i}();`).join('\n');

describe('identifiers', () => {
  it('are names, not keywords and single letters', () => {
    expect([...identifiersIn('const cartItem = new Größe(x, $id); // return _old')]).toEqual([
      'cartItem',
      'Größe',
      '$id',
      '_old',
    ]);
    expect(namesIn('if (a1) b2')).toEqual([
      { name: 'a1', at: 4 },
      { name: 'b2', at: 8 },
    ]);
  });

  it('are compared by what they share', () => {
    expect(jaccard(new Set(['a', 'b', 'c']), new Set(['b', 'c', 'd']))).toBe(0.5);
    expect(jaccard(new Set(), new Set(['a']))).toBe(0);
    expect(jaccard(new Set(), new Set())).toBe(0);
  });
});

describe('windows', () => {
  it('cover a text, overlapping by half', () => {
    const windows = windowsOf(numbered(45, 'call'));
    expect(windows.map(({ text }) => text.split('\n')[0])).toEqual(['call0();', 'call10();', 'call20();', 'call30();']);
    expect(windows.at(-1)?.text.endsWith('call44();')).toBe(true);
    expect(windowsOf('one();')).toHaveLength(1);
    expect(windowsOf('\n\n')).toEqual([]);
  });

  it('are found by the names they share with a place', () => {
    const windows = windowsOf(`${numbered(30, 'other')}\nopenCart();\naddItem();\nprintTotal();\n${numbered(8, 'rest')}`);
    const found = mostSimilar('a.ts', windows, new Set(['openCart', 'addItem', 'printTotal', 'rest1', 'rest2']));
    expect(found?.text).toContain('openCart();');
    expect(found?.path).toBe('a.ts');
    expect(mostSimilar('a.ts', windows, new Set(['nothing', 'here']))).toBeUndefined();
  });

  it('are ordered by similarity', () => {
    const at = (path: string, similarity: number) => ({ path, text: path, similarity });
    expect(bestFirst([at('a', 0.2), at('b', 0.4), at('c', 0.2)]).map(({ path }) => path)).toEqual(['b', 'a', 'c']);
  });
});

describe('inOrder', () => {
  const window = (path: string, similarity: number) => ({ path, text: `${path} ${similarity}`, similarity });

  it('puts the signatures of one file together, then the windows', () => {
    const signatures = [
      { path: 'a.ts', text: 'one()\n' },
      { path: 'b.ts', text: 'two()\n' },
      { path: 'a.ts', text: 'three()\n' },
      { path: 'a.ts', text: 'one()' },
    ];
    expect(inOrder({ signatures, windows: [window('w.ts', 0.2), window('v.ts', 0.5)] })).toEqual([
      { path: 'a.ts', text: 'one()\nthree()\n' },
      { path: 'b.ts', text: 'two()\n' },
      { path: 'v.ts', text: 'v.ts 0.5\n' },
      { path: 'w.ts', text: 'w.ts 0.2\n' },
    ]);
  });

  it('leaves out what exceeds the limit', () => {
    const huge = { path: 'huge.ts', text: 'x'.repeat(20_000) };
    const windows = [0.1, 0.2, 0.3, 0.4, 0.5].map((similarity) => window('w.ts', similarity));
    expect(inOrder({ signatures: [huge], windows }).map(({ text }) => text.trim())).toEqual([
      'w.ts 0.5',
      'w.ts 0.4',
      'w.ts 0.3',
      'w.ts 0.2',
    ]);
  });
});

describe('places', () => {
  it('stay the same while the cursor stays in a region of a document', () => {
    const place = { path: 'a', line: 100 };
    expect(isSamePlace(undefined, place)).toBe(false);
    expect(isSamePlace(place, { path: 'a', line: 80 })).toBe(true);
    expect(isSamePlace(place, { path: 'a', line: 120 })).toBe(true);
    expect(isSamePlace(place, { path: 'a', line: 121 })).toBe(false);
    expect(isSamePlace(place, { path: 'b', line: 100 })).toBe(false);
  });

  it('are surrounded by some lines', () => {
    const { before, after } = surroundingsOf(numbered(50, 'b'), `x\n${numbered(50, 'a')}`);
    expect(before.split('\n')).toHaveLength(30);
    expect(before.endsWith('b49();')).toBe(true);
    expect(after.split('\n')).toHaveLength(10);
  });
});
