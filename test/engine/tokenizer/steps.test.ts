import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { Tokenizer } from '../../../engine/tokenizer/tokenizer.ts';
import { defaultModel } from '../../support/defaultModel.ts';

describe('a tokenizer.json', () => {
  let json: Record<string, unknown>;
  beforeAll(async () => {
    json = JSON.parse(await readFile(join(defaultModel, 'tokenizer.json'), 'utf8'));
  });

  const made = (change: Record<string, unknown>) =>
    new Tokenizer({ json: { ...json, ...change }, config: {}, path: 'tokenizer.json' });
  const endless = { Regex: '(a+)+$' };
  const twice = { type: 'Replace', pattern: { String: 'a' }, content: 'aa' };
  const many = <T>(step: T, count: number) => new Array<T>(count).fill(step);

  it.each<[string, Record<string, unknown>, string]>([
    ['an endless pattern of words', { pre_tokenizer: { type: 'Split', pattern: endless, behavior: 'Isolated' } }, 'for ever'],
    [
      'an endless pattern within steps',
      {
        normalizer: {
          type: 'Sequence',
          normalizers: [{ type: 'Sequence', normalizers: [{ type: 'Replace', pattern: endless, content: '' }] }],
        },
      },
      'for ever',
    ],
    ['an endless pattern of its decoder', { decoder: { type: 'Replace', pattern: endless, content: '' } }, 'for ever'],
    ['doubling that has no end', { normalizer: { type: 'Sequence', normalizers: many(twice, 30) } }, '64 times as long'],
    ['a long text in front', { normalizer: { type: 'Prepend', prepend: 'a'.repeat(1000) } }, '64 times as long'],
    ['too many steps', { normalizer: { type: 'Sequence', normalizers: many({ type: 'NFC' }, 2000) } }, 'more than 1000 steps'],
    ['a vocabulary for other models', { model: { type: 'WordPiece', vocab: { a: 1 } } }, 'Known are BPE and Unigram'],
    ['a vocabulary of no kind', { model: { type: 'Foo', vocab: { a: 1 } } }, 'Known are BPE and Unigram'],
  ])('with %s is refused when it is opened', (_, change, words) => {
    expect(() => made(change)).toThrow(
      expect.objectContaining({ code: 'unsupported-model', message: expect.stringContaining(words) }),
    );
  });

  it('with steps that end is used', () => {
    const split = { type: 'Split', pattern: { Regex: '\\p{N}{1,3}|\\p{L}+' }, behavior: 'Isolated' };
    const changed = made({ normalizer: { type: 'Sequence', normalizers: many(twice, 3) }, pre_tokenizer: split });
    expect(changed.decode(changed.encode('ab'))).toContain('aaaaaaaab');
  });
});
