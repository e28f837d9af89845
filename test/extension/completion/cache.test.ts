import { expect, test } from 'vitest';
import { CompletionCache } from '../../../extension/completion/cache.ts';

class RestCache extends CompletionCache<{ readonly text: string }> {
  note(prefix: string, suffix: string, text: string): void {
    this.set({ path: 'a.ts', prefix, suffix }, { text });
  }

  /** What is left to suggest. */
  rest(prefix: string, suffix: string, path = 'a.ts'): string | undefined {
    const found = this.get({ path, prefix, suffix });
    return found?.known.text.slice(found.typed);
  }
}

test('answers the same place', () => {
  const cache = new RestCache();
  cache.note('const x = ', '\n', 'compute();');
  expect(cache.rest('const x = ', '\n')).toBe('compute();');
  expect(cache.rest('const y = ', '\n')).toBeUndefined();
  expect(cache.rest('const x = ', '\n}')).toBeUndefined();
});

test('the same text in another document is another place', () => {
  const cache = new RestCache();
  cache.note('import ', '', 'numpy as np');
  expect(cache.rest('import ', '', 'b.ts')).toBeUndefined();
  cache.set({ path: 'b.ts', prefix: 'import ', suffix: '' }, { text: "{ h } from 'h'" });
  expect(cache.rest('import ', '')).toBe('numpy as np');
  expect(cache.rest('import ', '', 'b.ts')).toBe("{ h } from 'h'");
});

test('answers with the rest while the person types what was suggested', () => {
  const cache = new RestCache();
  cache.note('const x = ', '\n', 'compute();');
  expect(cache.rest('const x = com', '\n')).toBe('pute();');
  expect(cache.rest('const x = con', '\n')).toBeUndefined();
  expect(cache.rest('const x = compute();', '\n')).toBeUndefined();
  expect(cache.rest('const x =', '\n')).toBeUndefined();
});

test('takes what the editor closes by itself for the same suffix', () => {
  const cache = new RestCache();
  cache.note('', '\n', 'call(a, b)');
  expect(cache.rest('call(', ')\n')).toBe('a, b)');
  cache.note('if (a) {', '', '\n  b();\n}');
  expect(cache.rest('if (a) {\n  ', '\n}')).toBe('b();\n}');
  expect(cache.rest('call(', 'x\n')).toBeUndefined();
});

test('the newest of several fitting entries answers', () => {
  const cache = new RestCache();
  cache.note('a', '', 'bcd');
  cache.note('ab', '', 'xyz');
  expect(cache.rest('ab', '')).toBe('xyz');
});

test('forgets the least recently used', () => {
  const cache = new RestCache(2);
  cache.note('one', '', '1');
  cache.note('two', '', '2');
  expect(cache.rest('one', '')).toBe('1');
  cache.note('three', '', '3');
  expect(cache.rest('two', '')).toBeUndefined();
  expect(cache.rest('one', '')).toBe('1');
  cache.clear();
  expect(cache.rest('one', '')).toBeUndefined();
});
