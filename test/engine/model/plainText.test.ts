import { expect, it } from 'vitest';
import { plainText } from '../../../engine/model/plainText.ts';

it.each([
  ['Qwen2.5 Coder', 'Qwen2.5 Coder'],
  ['naïve 日本語 👩‍👩‍👧', 'naïve 日本語 👩‍👩‍👧'],
  ['a\u001b[31mred\u001b[0m\nb', 'a [31mred [0m b'],
  ['evil\u202egpj.exe\u2066', 'evilgpj.exe'],
  ['x'.repeat(1000), 'x'.repeat(300)],
])('what a file says of itself is shown without control characters: %j', (text, shown) => {
  expect(plainText(text)).toBe(shown);
});
