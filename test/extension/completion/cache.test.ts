import { expect, test } from 'vitest';
import { CompletionCache } from '../../../extension/completion/cache.ts';

class RestCache extends CompletionCache<{ readonly text: string }> {
  /** What is left to suggest. */
  rest(prefix: string, suffix: string): string | undefined {
    const found = this.get(prefix, suffix);
    return found?.known.text.slice(found.typed);
  }
}

test('answers the same place', () => {
  const cache = new RestCache();
  cache.set('const x = ', '\n', { text: 'compute();' });
  expect(cache.rest('const x = ', '\n')).toBe('compute();');
  expect(cache.rest('const y = ', '\n')).toBeUndefined();
  expect(cache.rest('const x = ', '\n}')).toBeUndefined();
});

test('answers with the rest while the person types what was suggested', () => {
  const cache = new RestCache();
  cache.set('const x = ', '\n', { text: 'compute();' });
  expect(cache.rest('const x = com', '\n')).toBe('pute();');
  expect(cache.rest('const x = con', '\n')).toBeUndefined();
  expect(cache.rest('const x = compute();', '\n')).toBeUndefined();
  expect(cache.rest('const x =', '\n')).toBeUndefined();
});

test('takes what the editor closes by itself for the same suffix', () => {
  const cache = new RestCache();
  cache.set('', '\n', { text: 'call(a, b)' });
  expect(cache.rest('call(', ')\n')).toBe('a, b)');
  cache.set('if (a) {', '', { text: '\n  b();\n}' });
  expect(cache.rest('if (a) {\n  ', '\n}')).toBe('b();\n}');
  expect(cache.rest('call(', 'x\n')).toBeUndefined();
});

test('the newest of several fitting entries answers', () => {
  const cache = new RestCache();
  cache.set('a', '', { text: 'bcd' });
  cache.set('ab', '', { text: 'xyz' });
  expect(cache.rest('ab', '')).toBe('xyz');
});

test('forgets the least recently used', () => {
  const cache = new RestCache(2);
  cache.set('one', '', { text: '1' });
  cache.set('two', '', { text: '2' });
  expect(cache.rest('one', '')).toBe('1');
  cache.set('three', '', { text: '3' });
  expect(cache.rest('two', '')).toBeUndefined();
  expect(cache.rest('one', '')).toBe('1');
  cache.clear();
  expect(cache.rest('one', '')).toBeUndefined();
});
