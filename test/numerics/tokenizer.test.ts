import { readFile } from 'node:fs/promises';
import { AutoTokenizer, env } from '@huggingface/transformers';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Tokenizer } from '../../engine/tokenizer/tokenizer.ts';
import { defaultModel, defaultTokenizer } from '../support/defaultModel.ts';

interface Golden {
  readonly tool: string;
  readonly texts: readonly { readonly text: string; readonly tokens: readonly number[] }[];
}

const golden: Golden = JSON.parse(await readFile(new URL('./golden/tokens.json', import.meta.url), 'utf8'));

describe("the default model's tokenizer", () => {
  let tokenizer: Tokenizer;

  beforeAll(async () => {
    tokenizer = await defaultTokenizer();
  });

  it.each(golden.texts)(`gives the tokens of ${golden.tool}: $text`, ({ text, tokens }) => {
    expect(tokenizer.encode(text)).toEqual(tokens);
    // SentencePiece writes a space as U+2581 and cannot tell the two apart.
    expect(tokenizer.decode(tokens)).toBe(text.replaceAll('\u2581', ' '));
  });

  it('gives the tokens of transformers.js, except control tokens, which transformers.js reads from text', async () => {
    env.allowRemoteModels = false;
    const peer = await AutoTokenizer.from_pretrained(defaultModel);
    for (const { text } of golden.texts.filter(({ text }) => !text.includes('<s>'))) {
      expect(peer.encode(text, { add_special_tokens: false }), JSON.stringify(text)).toEqual(tokenizer.encode(text));
    }
  });
});
