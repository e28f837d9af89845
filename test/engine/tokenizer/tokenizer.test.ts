import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers';
import { beforeAll, describe, expect, it } from 'vitest';
import { PaddockError } from '../../../engine/errors.ts';
import { LineCache } from '../../../engine/tokenizer/lineCache.ts';
import { Tokenizer } from '../../../engine/tokenizer/tokenizer.ts';
import { defaultModel, defaultTokenizer } from '../../support/defaultModel.ts';

const TEXTS = [
  '',
  ' ',
  '\n',
  '\n\n\n',
  'const answer = 42;',
  'def f(x):\n    return x ** 2\n\n\nclass A:\n\tpass\n',
  'if (a) {\r\n  b();\r\n}\r\n',
  '   leading and trailing   ',
  'naïve café — “quotes” … 日本語 한국어 Ελληνικά 😀👩‍👩‍👧',
  '\t\tconst s = `a\\n$b`; // 1234567890 3.14e-10',
  '\ufeffbyte-order \ufeff mark',
  'zero\u0000byte and \u2028 separators',
  '<|fim_middle|><s></s> as text',
];

describe('Tokenizer of the default model', () => {
  let tokenizer: Tokenizer;
  let library: (text: string) => number[];

  beforeAll(async () => {
    tokenizer = await defaultTokenizer();
    const json = JSON.parse(await readFile(join(defaultModel, 'tokenizer.json'), 'utf8'));
    const added: { special: boolean }[] = json.added_tokens;
    const hf = new HuggingFaceTokenizer({ ...json, added_tokens: added.filter(({ special }) => !special) }, {});
    library = (text) => hf.encode(text, { add_special_tokens: false }).ids;
  });

  it.each(TEXTS)('gives back what it was given: %j', (text) => {
    expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
  });

  it.each(TEXTS)('encodes line by line as the library encodes the whole: %j', (text) => {
    expect(tokenizer.encode(text)).toEqual(library(text));
  });

  it('may encode line by line', () => {
    expect(LineCache.isExact(library)).toBe(true);
  });

  it('has an offset of refusals where the files say one', async () => {
    const json = JSON.parse(await readFile(join(defaultModel, 'tokenizer.json'), 'utf8'));
    const offset = (refusal_log_odds_offset: unknown) =>
      new Tokenizer({ json, config: { refusal_log_odds_offset }, path: 'tokenizer.json' }).refusalOffset;
    expect([offset(1.5), offset('1.5'), offset(undefined)]).toEqual([1.5, 0, 0]);
  });

  it('gives a typed error where the library notices damage only while decoding or encoding', async () => {
    const json = JSON.parse(await readFile(join(defaultModel, 'tokenizer.json'), 'utf8'));
    const decoder = { type: 'Sequence', decoders: [null] };
    const damaged = new Tokenizer({ json: { ...json, decoder }, config: {}, path: 'tokenizer.json' });
    expect(() => damaged.decode(damaged.encode('x'))).toThrow(PaddockError);
    const normalizer = { type: 'Replace', pattern: { String: 5 }, content: null };
    const encoding = () => new Tokenizer({ json: { ...json, normalizer }, config: {}, path: 'tokenizer.json' }).encode('x');
    expect(encoding).toThrow(/^tokenizer\.json cannot be read: (?!.*cannot be read)/);
  });

  it('splits digits one by one', () => {
    const digits = tokenizer.encode('2026').map((token) => tokenizer.piece(token));
    expect(digits.filter((piece) => /\d/.test(piece))).toEqual(['2', '0', '2', '6']);
  });

  it('never makes a control token of text', () => {
    for (const name of tokenizer.controlNames.keys()) {
      expect(tokenizer.encode(`a ${name} b`).filter((token) => tokenizer.controls.has(token))).toEqual([]);
    }
  });

  it('reads a lone surrogate as a replacement character', () => {
    expect(tokenizer.decode(tokenizer.encode('a\ud800b'))).toBe('a\ufffdb');
  });

  it('keeps earlier tokens when a line is added', () => {
    const before = tokenizer.encode('function f() {\n  return 1;');
    expect(tokenizer.encode('function f() {\n  return 1;\n}').slice(0, before.length)).toEqual(before);
  });
});

describe('Tokenizer of a large vocabulary', () => {
  it('knows the text of every token', () => {
    const vocab = Object.fromEntries(Array.from({ length: 200_000 }, (_, token) => [token === 0 ? 'x' : `t${token}`, token]));
    const model = { type: 'BPE', vocab, merges: [], unk_token: null };
    const { texts } = new Tokenizer({
      json: { model, normalizer: null, pre_tokenizer: null, decoder: { type: 'Fuse' } },
      config: {},
      path: 'tokenizer.json',
    });
    expect(texts).toHaveLength(200_000);
    expect(texts[199_999]).toBe('t199999');
  });
});

describe('LineCache', () => {
  it('refuses a tokenizer that merges over the end of a line', () => {
    expect(
      LineCache.isExact((text) => (text.match(/;\n|[\s\S]/g) ?? []).map((piece) => piece.charCodeAt(0) + 1000 * piece.length)),
    ).toBe(false);
  });

  it('refuses a tokenizer that sets a space before each text', () => {
    expect(LineCache.isExact((text) => [...` ${text}`].map((character) => character.charCodeAt(0)))).toBe(false);
  });

  it('does not keep the texts whose lines it knows', () => {
    const lines = LineCache.of((text) => [...text].map((character) => character.charCodeAt(0)));
    const document = Array.from({ length: 4000 }, (_, i) => `const field${i} = row.at(${i});\n`).join('');
    const before = heldBytes();
    // As many keys at the end of a document of 120 000 characters.
    for (let key = 0; key < 200; key++) lines?.encode(Buffer.from(`${document}const total = ${key};`).toString('latin1'));
    expect(heldBytes() - before).toBeLessThan(50 * document.length);
    expect(lines?.encode('const total = 7;')).toEqual([...'const total = 7;'].map((character) => character.charCodeAt(0)));
  });
});

/** JavaScript objects that are alive, in bytes. */
function heldBytes(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}
