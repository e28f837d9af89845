import { expect, test } from 'vitest';
import { CompletionCache } from '../../../extension/completion/cache.ts';

test('answers the same place', () => {
  const cache = new CompletionCache();
  cache.set('const x = ', '\n', 'compute();');
  expect(cache.get('const x = ', '\n')).toBe('compute();');
  expect(cache.get('const y = ', '\n')).toBeUndefined();
  expect(cache.get('const x = ', '\n}')).toBeUndefined();
});

test('answers with the rest while the person types what was suggested', () => {
  const cache = new CompletionCache();
  cache.set('const x = ', '\n', 'compute();');
  expect(cache.get('const x = com', '\n')).toBe('pute();');
  expect(cache.get('const x = con', '\n')).toBeUndefined();
  expect(cache.get('const x = compute();', '\n')).toBeUndefined();
  expect(cache.get('const x =', '\n')).toBeUndefined();
});

test('takes what the editor closes by itself for the same suffix', () => {
  const cache = new CompletionCache();
  cache.set('', '\n', 'call(a, b)');
  expect(cache.get('call(', ')\n')).toBe('a, b)');
  cache.set('if (a) {', '', '\n  b();\n}');
  expect(cache.get('if (a) {\n  ', '\n}')).toBe('b();\n}');
  expect(cache.get('call(', 'x\n')).toBeUndefined();
});

test('the newest of several fitting entries answers', () => {
  const cache = new CompletionCache();
  cache.set('a', '', 'bcd');
  cache.set('ab', '', 'xyz');
  expect(cache.get('ab', '')).toBe('xyz');
});

test('forgets the least recently used', () => {
  const cache = new CompletionCache(2);
  cache.set('one', '', '1');
  cache.set('two', '', '2');
  expect(cache.get('one', '')).toBe('1');
  cache.set('three', '', '3');
  expect(cache.get('two', '')).toBeUndefined();
  expect(cache.get('one', '')).toBe('1');
  cache.clear();
  expect(cache.get('one', '')).toBeUndefined();
});
