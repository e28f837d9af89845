import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import protobuf from 'protobufjs/minimal.js';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { findJson } from '../../../engine/model/json.ts';
import { completionPrompt } from '../../../engine/prompt/fillInTheMiddle.ts';
import { tokenizerFromFolder as readTokenizer, type TokenizerFolder } from '../../../engine/tokenizer/folder.ts';
import { tokenizerFromGguf } from '../../../engine/tokenizer/gguf.ts';
import { defaultModel } from '../../support/defaultModel.ts';
import { fuzz, spoilBytes, spoilJson } from '../../support/fuzz.ts';
import { memoryFolder } from '../../support/memoryFolder.ts';
import { mixedTexts } from '../../support/mixedTexts.ts';
import { Random } from '../../support/random.ts';
import { type Metadata, sentencePieceFields, trainBytePairs } from '../../support/vocabularies.ts';

const texts = mixedTexts(new Random(5), 150);
const tokenizerFromFolder = (folder: TokenizerFolder) => readTokenizer(folder, findJson);

/** `sentencepiece_model.proto`: pieces, the trainer's kind (1 Unigram, 2 BPE), the normaliser's space before a text. */
function sentencePieceModel(fields: Metadata, kind: 1 | 2, spacePrefix: boolean): Uint8Array {
  const list = (name: string) => fields.get(`tokenizer.ggml.${name}`) as (string & number)[];
  const writer = protobuf.Writer.create();
  list('tokens').forEach((piece, id) => {
    writer.uint32(10).fork().uint32(10).string(piece);
    writer.uint32(21).float(list('scores')[id] ?? 0);
    writer
      .uint32(24)
      .int32(list('token_type')[id] ?? 1)
      .ldelim();
  });
  writer.uint32(18).fork().uint32(24).int32(kind).ldelim();
  writer.uint32(26).fork().uint32(24).bool(spacePrefix).uint32(32).bool(false).ldelim();
  return writer.finish();
}

let small: Metadata;
let bytePairs: Metadata;

beforeAll(async () => {
  const json = JSON.parse(await readFile(join(defaultModel, 'tokenizer.json'), 'utf8'));
  small = sentencePieceFields(json);
  const { tokens, merges } = trainBytePairs(texts.join('\n'), 150);
  bytePairs = new Map<string, unknown>([
    ['tokenizer.ggml.model', 'gpt2'],
    ['tokenizer.ggml.pre', 'gpt-2'],
    ['tokenizer.ggml.tokens', [...tokens, '<|endoftext|>', '<fim_prefix>', '<fim_suffix>', '<fim_middle>']],
    ['tokenizer.ggml.token_type', [...tokens.map(() => 1), 3, 4, 4, 4]],
    ['tokenizer.ggml.merges', merges],
    ['tokenizer.ggml.eos_token_id', tokens.length],
    ['tokenizer.chat_template', '{{ messages }}'],
  ]);
});

describe('one vocabulary in several formats', () => {
  it('gives the same tokens as tokenizer.model and as GGUF', async () => {
    for (const kind of [1, 2] as const) {
      const bytes = sentencePieceModel(small, kind, true);
      const fromModel = await tokenizerFromFolder(memoryFolder({ 'tokenizer.model': bytes }));
      const fields = new Map([...small, ['tokenizer.ggml.model', kind === 1 ? 't5' : 'llama']]);
      const fromGguf = tokenizerFromGguf(fields, 'memory');
      for (const text of texts) expect(fromModel.encode(text), text).toEqual(fromGguf.encode(text));
      expect([fromModel.bos, fromModel.addBos, [...fromModel.endTokens].includes(2)]).toEqual([1, kind === 2, true]);
    }
  });

  it('gives the same tokens as vocab.json with merges.txt and as GGUF', async () => {
    const fromGguf = tokenizerFromGguf(bytePairs, 'memory');
    const tokens = bytePairs.get('tokenizer.ggml.tokens') as string[];
    const fromFolder = await tokenizerFromFolder(
      memoryFolder({
        'vocab.json': Object.fromEntries(tokens.map((token, id) => [token, id])),
        'merges.txt': `#version: 0.2\n${(bytePairs.get('tokenizer.ggml.merges') as string[]).join('\n')}\n`,
        'tokenizer_config.json': { eos_token: '<|endoftext|>', chat_template: '{{ messages }}' },
      }),
    );
    for (const text of texts) expect(fromFolder.encode(text), text).toEqual(fromGguf.encode(text));
    for (const text of texts) expect(fromFolder.decode(fromFolder.encode(text))).toBe(text);
    expect([...fromFolder.endTokens]).toEqual([...fromGguf.endTokens]);
    expect([fromFolder.chatTemplate, fromGguf.chatTemplate]).toEqual(['{{ messages }}', '{{ messages }}']);
  });

  it('has the chat template of a file of its own, of its configuration, or of what prepares images', async () => {
    const vocab = { 'vocab.json': { a: 0 }, 'merges.txt': '' };
    const own = { 'chat_template.jinja': 'own' };
    const configured = { 'tokenizer_config.json': { chat_template: 'configured' } };
    const ofImages = { 'chat_template.json': { chat_template: 'of images' } };
    const template = async (files: object) => (await tokenizerFromFolder(memoryFolder({ ...vocab, ...files }))).chatTemplate;
    expect(await template({ ...ofImages, ...configured, ...own })).toBe('own');
    expect(await template({ ...ofImages, ...configured })).toBe('configured');
    expect(await template(ofImages)).toBe('of images');
    expect(await template({})).toBeUndefined();
  });

  it('puts a space before a text that begins, not before one that continues', () => {
    const tokenizer = tokenizerFromGguf(small, 'memory');
    expect(tokenizer.decode(tokenizer.encode('const'))).toBe(' const');
    expect(tokenizer.decode(tokenizer.encodeContinuation('const'))).toBe('const');
    expect(tokenizer.encode('')).toEqual([]);
  });

  it('never makes a control token of text, even one that the file calls text', () => {
    const tokenizer = tokenizerFromGguf(bytePairs, 'memory');
    expect(tokenizer.infill).toBeDefined();
    for (const [name, id] of tokenizer.controlNames) expect(tokenizer.encode(`a ${name} b`)).not.toContain(id);
    expect(tokenizer.controls.size).toBe(4);
  });

  it('puts the prefix first where the family was trained so', () => {
    const tokenizer = tokenizerFromGguf(bytePairs, 'memory');
    const { prefix, suffix, middle } = tokenizer.infill as { prefix: number; suffix: number; middle: number };
    const prompt = completionPrompt({ prefix: 'x;\na = ', suffix: '\nb', path: 'a.ts' }, tokenizer, undefined, 64);
    const [above, below, line] = ['x;\n', '\nb', 'a = '].map((text) => tokenizer.encode(text)) as [number[], number[], number[]];
    expect(prompt).toEqual([prefix, ...above, suffix, ...below, middle, ...line]);
  });
});

describe('vocabularies that cannot be read', () => {
  it('are refused with the known names', () => {
    const strange = new Map([...bytePairs, ['tokenizer.ggml.pre', 'martian']]);
    expect(() => tokenizerFromGguf(strange, 'x.gguf')).toThrow(/x\.gguf.*"martian".*qwen2/);
    expect(() => tokenizerFromGguf(new Map([...small, ['tokenizer.ggml.model', 'rwkv']]), 'x.gguf')).toThrow(
      /"rwkv".*llama, gpt2/,
    );
  });

  it('are refused where the folder has no vocabulary', async () => {
    await expect(tokenizerFromFolder(memoryFolder({}))).rejects.toThrow(/memory has no vocabulary/);
  });

  it('are refused where a file is nested too deeply', async () => {
    const nested = `{"model": ${'['.repeat(5000)}${']'.repeat(5000)}}`;
    const folder = memoryFolder({ 'tokenizer.json': nested });
    await expect(tokenizerFromFolder(folder)).rejects.toThrow(/tokenizer\.json.*nested more than/);
  });
});

/** A vocabulary of a few hundred tokens, so that thousands of faulty copies are soon read. */
function cut(fields: Metadata, count: number): Map<string, unknown> {
  const entries = [...fields].map(([key, value]) => [key, Array.isArray(value) ? value.slice(0, count) : value] as const);
  return new Map(entries);
}

const objectOf = (value: unknown) => (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;

describe('damaged vocabularies end in a typed error', { timeout: 600_000 }, () => {
  it('GGUF metadata', async () => {
    const plain = [Object.fromEntries(cut(small, 400)), Object.fromEntries(cut(bytePairs, 420))];
    const result = await fuzz(
      11,
      (random) => spoilJson(plain[random.below(2)], random),
      (fields) => {
        const tokenizer = tokenizerFromGguf(new Map(Object.entries(objectOf(fields))), 'memory');
        tokenizer.decode(tokenizer.encode('const x = 1;'));
        return [tokenizer.texts, tokenizer.infill, tokenizer.endTokens];
      },
    );
    expect(result.refused).toBeGreaterThan(0);
  });

  it('tokenizer.model', async () => {
    const whole = [sentencePieceModel(cut(small, 400), 1, true), sentencePieceModel(cut(small, 400), 2, true)];
    const result = await fuzz(
      12,
      (random) => spoilBytes(whole[random.below(2)] as Uint8Array, random),
      async (bytes) => {
        const tokenizer = await tokenizerFromFolder(memoryFolder({ 'tokenizer.model': bytes }));
        return [tokenizer.decode(tokenizer.encode('const x = 1;')), tokenizer.texts];
      },
    );
    expect(result.refused).toBeGreaterThan(0);
  });

  it('tokenizer.json', async () => {
    const json = JSON.parse(await readFile(join(defaultModel, 'tokenizer.json'), 'utf8'));
    const vocab = Object.fromEntries(Object.entries(json.model.vocab).slice(0, 400));
    const whole = { ...json, model: { ...json.model, vocab, merges: json.model.merges.slice(0, 100) } };
    vi.spyOn(console, 'warn').mockImplementation(() => {}); // the library says which pattern it does not know
    const files = { 'tokenizer.json': whole, 'tokenizer_config.json': { bos_token: '<s>', chat_template: 'x' } };
    const result = await fuzz(
      13,
      (random) => spoilJson(files, random),
      async (spoiled) => {
        const tokenizer = await tokenizerFromFolder(memoryFolder(objectOf(spoiled)));
        return [tokenizer.decode(tokenizer.encode('const x = 1;')), tokenizer.texts];
      },
    );
    expect(result.refused).toBeGreaterThan(0);
  });

  it('vocab.json and merges.txt', async () => {
    const json = JSON.parse(await readFile(join(defaultModel, 'tokenizer.json'), 'utf8'));
    const vocab = Object.fromEntries(Object.entries(json.model.vocab).slice(0, 400));
    const merges = json.model.merges.slice(0, 100).map((pair: string | string[]) => [pair].flat().join(' '));
    const result = await fuzz(
      14,
      (random) => spoilJson({ vocab, merges, config: { bos_token: '<s>' } }, random) as Record<string, unknown> | null,
      async (spoiled) => {
        const lines = [spoiled?.merges].flat().join('\n');
        const files = { 'vocab.json': spoiled?.vocab, 'merges.txt': lines, 'tokenizer_config.json': spoiled?.config };
        const tokenizer = await tokenizerFromFolder(memoryFolder(files));
        return [tokenizer.decode(tokenizer.encode('const x = 1;')), tokenizer.texts];
      },
    );
    expect(result.opened).toBeGreaterThan(0);
    expect(result.refused).toBeGreaterThan(0);
  });
});
