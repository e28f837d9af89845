import type { Random } from './random.ts';

const PARTS: readonly (readonly string[])[] = [
  ['const', 'function', 'x', 'getElementById', 'HTTPServer', 'snake_case', 'CONSTANT_9', 'fooBar2Baz', 'a', 'self'],
  [' ', '  ', '    ', '\t', '\t\t', '       ', ' \t '],
  ['\n', '\r\n', '\n\n', '\n\n\n', ' \n', '\n  ', '\r', ';\n', '{\r\n'],
  ['0', '42', '123', '2026', '1234567', '3.14e-10', '0xFF', '١٢٣', '½', '²'],
  ["'s", "'re", "don't", "I'LL", "we'Ve", "'d", "it's", "'M"],
  ['();', '{}', '=>', '!==', '...', '"', '`', '#', '//', '/* */', '<|im_end|>', '</s>', '$', '+', '<=', '^~|', '[0]', '¡¿', '—'],
];

/** Cased and caseless letters, marks, ideographs, emoji, and separators that few texts have. */
const FOREIGN = [
  ...['naïve', 'Ünïcödé', 'Ελλάδα', 'Привет', 'ДОМ', 'שלום', 'مرحبا', 'हिन्दी', 'ไทย', 'e\u0301', 'ǅ', 'ﬁ', 'K', 'ß'],
  ...['日本語', '漢字かな', 'カタカナ', '한국어', '。', '、', '！', '「」', '　', '中文，测试', 'Ａｂ'],
  ...['😀', '👩‍👩‍👧', '🇪🇺', '\u00a0', '\u2028', '\u200b', '\ufeff', '\u0085', '€', '𝒳', '\u2581'],
];

/**
 * Mixed texts of all kinds; the same seed gives the same texts. `foreign` says whether there are scripts other than plain Latin among them.
 */
export function mixedTexts(random: Random, count: number, foreign = true): string[] {
  const kinds = foreign ? [...PARTS, FOREIGN] : PARTS.map((parts) => parts.filter((part) => !/[^\p{ASCII}]/u.test(part)));
  const pick = <T>(list: readonly T[]) => list[random.below(list.length)] as T;
  return Array.from({ length: count }, () => Array.from({ length: 1 + random.below(24) }, () => pick(pick(kinds))).join(''));
}
