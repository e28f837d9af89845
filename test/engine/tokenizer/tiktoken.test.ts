import { describe, expect, it } from 'vitest';
import { isPaddockError } from '../../../engine/errors.ts';
import { findJson } from '../../../engine/model/json.ts';
import { tokenizerFromFolder } from '../../../engine/tokenizer/folder.ts';
import { byteCharacters } from '../../support/byteCharacters.ts';
import { FUZZ_CASES, fuzz, spoilBytes } from '../../support/fuzz.ts';
import { memoryFolder } from '../../support/memoryFolder.ts';
import { mixedTexts } from '../../support/mixedTexts.ts';
import { Random } from '../../support/random.ts';
import { trainBytePairs } from '../../support/vocabularies.ts';

const texts = mixedTexts(new Random(6), 100);
/** Tokens as bytes in latin1, by rank; the bytes stand in another order than their values, as in real files. */
const tokens = trainBytePairs(texts.join('\n'), 300).tokens.map((token) => {
  const characters = byteCharacters();
  return Array.from(token, (character) => String.fromCharCode(characters.indexOf(character))).join('');
});
tokens.splice(0, 256, ...tokens.slice(0, 256).reverse());
const ranks = new Map(tokens.map((token, rank) => [token, rank]));
const fileOf = (all: readonly string[]) => Buffer.from(all.map((token, rank) => `${btoa(token)} ${rank}\n`).join(''));
const file = fileOf(tokens);
/** As GLM-4's: control tokens stand in tokenizer_config.json. */
const config = {
  added_tokens_decoder: { [tokens.length]: { content: '<|endoftext|>', special: true } },
  eos_token: '<|endoftext|>',
  chat_template: '{{ messages }}',
};
const open = (bytes: Uint8Array) =>
  tokenizerFromFolder(memoryFolder({ 'tokenizer.model': bytes, 'tokenizer_config.json': config }), findJson);

/** GLM-4's words, from its `tokenization_chatglm.py`; JavaScript's `\s` is other white space than Python's. */
const WORDS =
  /'s|'t|'re|'ve|'m|'ll|'d|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\p{White_Space}\p{L}\p{N}]+[\r\n]*|\p{White_Space}*[\r\n]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/giu;

/** tiktoken's own algorithm, `_byte_pair_merge`: again and again the pair whose union has the lowest rank, the first of equals. */
function reference(text: string): number[] {
  return (text.match(WORDS) ?? []).flatMap((word) => {
    let parts = Array.from(Buffer.from(word), (byte) => String.fromCharCode(byte));
    const whole = ranks.get(parts.join(''));
    if (whole !== undefined) return [whole];
    for (;;) {
      const unions = parts.slice(1).map((part, i) => ranks.get(parts[i] + part) ?? Infinity);
      const lowest = Math.min(...unions);
      if (lowest === Infinity) break;
      const at = unions.indexOf(lowest);
      parts = [...parts.slice(0, at), (parts[at] as string) + parts[at + 1], ...parts.slice(at + 2)];
    }
    return parts.map((part) => ranks.get(part) as number);
  });
}

describe('a tokenizer.model of tiktoken', () => {
  it('gives the tokens of tiktoken', async () => {
    const tokenizer = await open(file);
    for (const text of texts) {
      expect(tokenizer.encode(text), text).toEqual(reference(text));
      expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
    }
  });

  it('has the control tokens of tokenizer_config.json, which text never becomes', async () => {
    const tokenizer = await open(file);
    expect(tokenizer.control('<|endoftext|>')).toBe(tokens.length);
    expect(tokenizer.endTokens).toEqual(new Set([tokens.length]));
    expect(tokenizer.encode('a<|endoftext|>b')).not.toContain(tokens.length);
    expect(tokenizer.chatTemplate).toBe('{{ messages }}');
  });

  it.each<[string, Uint8Array, RegExp]>([
    ['lacks a byte', fileOf(tokens.slice(1)), /no token/],
    ['has a token twice', fileOf([...tokens, tokens[300] as string]), /rank of its own/],
    ['has an absurd rank', Buffer.concat([file, Buffer.from(`${btoa('never')} 9999999\n`)]), /rank of its own/],
    ['has a token that is absurdly long', fileOf([...tokens, 'x'.repeat(5000)]), /rank of its own/],
    ['has a line that is none', Buffer.concat([file, Buffer.from('<html>\n')]), /html/],
  ])('that %s is refused', async (_, bytes, words) => {
    await expect(open(bytes)).rejects.toSatisfy((error) => isPaddockError(error, 'bad-model') && words.test(error.message));
  });

  it('that is spoiled is read or refused', { timeout: 600_000 }, async () => {
    const use = async (bytes: Uint8Array) => {
      const tokenizer = await open(bytes);
      tokenizer.decode(tokenizer.encode('const x = 1;'));
    };
    const { refused } = await fuzz(15, (random) => spoilBytes(file, random), use);
    expect(refused).toBeGreaterThan(FUZZ_CASES / 4);
  });
});
