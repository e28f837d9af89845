import { expect, test } from 'vitest';
import { parametersInWords, sizeInWords, storageInWords } from '../../../engine/host/words.ts';

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1536, '1.5 KiB'],
  [4.68e9, '4.4 GiB'],
  [250 * 2 ** 20, '250 MiB'],
  [5e13, '46566 GiB'],
])('%d bytes are %s', (bytes, words) => {
  expect(sizeInWords(bytes)).toBe(words);
});

test.each([
  [7_999_744, '8 M'],
  [109_000_000, '109 M'],
  [1_543_714_304, '1.5 B'],
  [999_600_000, '1 B'],
  [70_553_706_496, '70.6 B'],
])('%d parameters are %s', (count, words) => {
  expect(parametersInWords(count)).toBe(words);
});

test('the most frequent way of storing tensors comes first', () => {
  expect(storageInWords({ F32: 58, Q4_K: 169 })).toBe('Q4_K (169), F32 (58)');
});
