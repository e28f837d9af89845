import { describe, expect, it } from 'vitest';
import { endsSoon } from '../../../engine/tokenizer/patterns.ts';
import { PRE_TOKENIZER_NAMES, preTokenizerNamed } from '../../../engine/tokenizer/preTokenizers.ts';

describe('endsSoon', () => {
  it.each(PRE_TOKENIZER_NAMES)('says yes to the patterns of %s', (name) => {
    for (const pattern of preTokenizerNamed(name, '').patterns) expect(endsSoon(pattern), pattern).toBe(true);
  });

  it.each([
    "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
    '\\p{N}{1,3}(?=(?:\\p{N}{3})*(?!\\p{N}))',
    '(?:\\r\\n|\\n)+',
    '(?:\\r?\\n)+?',
    ' ?[^(\\s|[.,!?…。，、।۔،])]+',
    '[0-9]+(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?',
    ' {2,}',
    '\\\\(a+)',
    '[(a+)+]+',
    '',
  ])('says yes to %s', (pattern) => {
    expect(endsSoon(pattern)).toBe(true);
  });

  it.each([
    '(a+)+$',
    '(a|a)*$',
    '(a|aa)+$',
    '(?:a*)*b',
    '([a-z]+\\s?)*!',
    '((a{1,99}){1,99}){1,99}',
    '(a?){40}a{40}',
    '(?:a?a)*b',
    '(?:a?b?)*c',
    'x(?=(\\w|\\d)+$)',
    '(?<name>\\p{L}+)*\\d',
    '[a-z]*[a-y]*[a-x]*[a-w]*[a-v]*!',
    '('.repeat(1000),
    'a'.repeat(30_000),
  ])('says no to %s', (pattern) => {
    expect(endsSoon(pattern)).toBe(false);
  });
});
