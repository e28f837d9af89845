import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tokenizerFromGguf } from '../../engine/tokenizer/gguf.ts';
import { PRE_TOKENIZER_NAMES } from '../../engine/tokenizer/preTokenizers.ts';
import type { Tokenizer } from '../../engine/tokenizer/tokenizer.ts';
import { defaultModel, defaultTokenizer } from '../support/defaultModel.ts';
import { mixedTexts } from '../support/mixedTexts.ts';
import { Random } from '../support/random.ts';
import { readSource } from '../support/sources.ts';
import { folderForAll } from '../support/testFolders.ts';
import { llamaCppTokenizer, readMetadata, realVocabularies } from '../support/tokenizers.ts';
import { type Metadata, sentencePieceFields, trainBytePairs, writeVocabulary } from '../support/vocabularies.ts';

const source = readSource('engine/graph/onnx.ts').text;

/** Fails with the first text that the two tokenise differently. */
async function expectSameAsLlamaCpp(tokenizer: Tokenizer, path: string, texts: readonly string[]): Promise<void> {
  const peer = await llamaCppTokenizer(path);
  try {
    for (const text of texts) expect(tokenizer.encode(text), JSON.stringify(text)).toEqual(peer.encode(text));
  } finally {
    await peer.dispose();
  }
}

/** llama.cpp simplifies the patterns of these families: it separates combining marks and knows the case of ASCII letters only. */
const SIMPLIFIED = new Set(['tekken', 'gpt-4o', 'llama4', 'kanana2', 'minimax-m2']);

describe('pre-tokenisation of every family, compared with llama.cpp', () => {
  const texts = mixedTexts(new Random(1), 300);
  const plainTexts = mixedTexts(new Random(1), 300, false);
  const { tokens, merges } = trainBytePairs([...mixedTexts(new Random(2), 250), source.slice(0, 6000)].join('\n'), 500);
  const folder = folderForAll();

  const vocabulary = (pre: string): Metadata =>
    new Map<string, unknown>([
      ['tokenizer.ggml.model', 'gpt2'],
      ['tokenizer.ggml.pre', pre],
      ['tokenizer.ggml.tokens', [...tokens, '<|end_of_text|>']],
      ['tokenizer.ggml.token_type', [...tokens.map(() => 1), 3]],
      ['tokenizer.ggml.merges', merges],
      ['tokenizer.ggml.bos_token_id', tokens.length],
      ['tokenizer.ggml.eos_token_id', tokens.length],
    ]);

  it.each(PRE_TOKENIZER_NAMES)('%s', async (pre) => {
    const path = join(folder.path, `${pre}.gguf`);
    await writeVocabulary(path, vocabulary(pre));
    const tokenizer = tokenizerFromGguf(vocabulary(pre), path);
    const compared = [...(SIMPLIFIED.has(pre) ? plainTexts : texts), source];
    await expectSameAsLlamaCpp(tokenizer, path, compared);
    for (const text of compared) expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
  });

  it('are told apart by these texts', () => {
    const families = ['default', 'llama-bpe', 'qwen2', 'gpt-2', 'starcoder', 'falcon', 'deepseek-llm', 'deepseek-coder', 'bloom'];
    const all = [...families, 'viking', 'tekken', 'gpt-4o', 'deepseek-v3', 'seed-coder', 'minicpm5', 'qwen35'];
    const tokensOf = (pre: string) => {
      const tokenizer = tokenizerFromGguf(vocabulary(pre), pre);
      return JSON.stringify(texts.map((text) => tokenizer.encode(text)));
    };
    expect(new Set(all.map(tokensOf)).size).toBe(all.length);
  });
});

const REAL = [
  ...['llama-spm', 'phi-3', 'llama-bpe', 'qwen2', 'starcoder', 'refact', 'gpt-2', 'falcon'],
  ...['deepseek-coder', 'deepseek-llm', 'command-r', 'baichuan', 'nomic-bert-moe'],
];

describe('vocabularies of real models, compared with llama.cpp', () => {
  const texts = mixedTexts(new Random(3), 300);
  let real: Awaited<ReturnType<typeof realVocabularies>>;

  beforeAll(async () => {
    real = await realVocabularies(REAL);
  });
  afterAll(() => real.dispose());

  it.each(REAL)('%s', async (name) => {
    const path = real.path(name);
    const tokenizer = tokenizerFromGguf(await readMetadata(path), path);
    // DeepSeek LLM's pattern joins a space with U+3000; llama.cpp treats the latter as other white space.
    const compared = texts.filter((text) => name !== 'deepseek-llm' || !text.includes('\u3000'));
    await expectSameAsLlamaCpp(tokenizer, path, [...compared, source]);
    const { controls } = tokenizer;
    for (const control of tokenizer.controlNames.keys()) {
      const made = tokenizer
        .encode(`a ${control} b`)
        .filter((token) => controls.has(token) && tokenizer.piece(token) === control);
      expect(name === 'nomic-bert-moe' && control === '<unk>' ? [] : made, control).toEqual([]);
    }
  });
});

describe('the vocabulary of the default model, written as GGUF', () => {
  const folder = folderForAll();

  it('gives the tokens of tokenizer.json and of llama.cpp', async () => {
    const json = JSON.parse(await readFile(join(defaultModel, 'tokenizer.json'), 'utf8'));
    const fields = sentencePieceFields(json, { 'tokenizer.ggml.add_space_prefix': false });
    const path = join(folder.path, 'default.gguf');
    await writeVocabulary(path, fields);
    const [fromGguf, fromFolder] = [tokenizerFromGguf(fields, path), await defaultTokenizer()];
    const texts = [...mixedTexts(new Random(4), 300), source];
    // Where tokens overlap, such as two line breaks and two line breaks with a tab, llama.cpp takes the longer one, the others the first
    // one.
    await expectSameAsLlamaCpp(
      fromGguf,
      path,
      texts.filter((text) => !/\n{3}/.test(text)),
    );
    for (const text of texts) expect(fromFolder.encode(text), JSON.stringify(text)).toEqual(fromGguf.encode(text));
  });
});
