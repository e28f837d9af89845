import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LanguageModel } from '../../engine/generate/model.ts';
import { freshLogits, openLlama } from '../support/engine.ts';
import { writeGguf } from '../support/gguf.ts';
import { randomLlama, TINY_SHAPES } from '../support/llama.ts';
import { LlamaCppModel } from '../support/llamaCpp.ts';
import { Random } from '../support/random.ts';
import { rounded } from '../support/safetensors.ts';
import { folderForAll } from '../support/testFolders.ts';
import { argMax, relativeError } from './compare.ts';
import { llamaLogits } from './reference.ts';

const BOUND = 1e-3;

/** 130 and 300 are longer than the session's prefill chunks of 128. */
const LENGTHS = [1, 2, 17, 128, 129, 130, 300];

describe.each(Object.entries(TINY_SHAPES))('float32 weights: %s', (_, shape) => {
  const llama = randomLlama(shape, 11);
  const folder = folderForAll();
  let engine: LanguageModel;
  let llamaCpp: LlamaCppModel;

  beforeAll(async () => {
    const gguf = join(folder.path, 'model.gguf');
    await writeGguf(gguf, llama);
    llamaCpp = await LlamaCppModel.open(gguf, shape.context);
    engine = await openLlama(llama, { precision: 'float32' });
  });

  afterAll(async () => {
    await llamaCpp.dispose();
    await engine.dispose();
  });

  it.each(LENGTHS)("logits after %i tokens equal llama.cpp's", async (length) => {
    const tokens = new Random(length).tokens(length, shape.vocabulary);
    expect(relativeError(await freshLogits(engine, tokens), await llamaCpp.logits(tokens))).toBeLessThan(BOUND);
  });

  it("64 greedy tokens are llama.cpp's", async () => {
    for (const seed of [1, 2, 3]) {
      const prompt = new Random(seed).tokens(9, shape.vocabulary);
      expect(await greedy(engine, prompt, 64)).toEqual(await llamaCpp.greedy(prompt, 64));
    }
  });

  it('logits of every position equal the float64 reference', async () => {
    const tokens = new Random(5).tokens(150, shape.vocabulary);
    const truth = llamaLogits(llama, tokens);
    const found: Float32Array[] = [];
    for await (const chunk of engine.newSession().evaluate(tokens)) {
      found.push(...chunk.map(({ logits }) => logits));
    }
    expect(found.length).toBe(tokens.length);
    for (const [position, row] of found.entries()) {
      expect(relativeError(row, truth[position] as Float64Array), `position ${position}`).toBeLessThan(BOUND / 10);
    }
  });
});

describe('half-precision checkpoints', () => {
  const original = randomLlama(TINY_SHAPES['GQA 4/2, head size 32 of 128'], 13);
  it.each(['F16', 'BF16'] as const)('%s weights are read exactly', async (type) => {
    const stored = new Map([...original.tensors].map(([name, { shape, data }]) => [name, { shape, data: rounded(data, type) }]));
    const engine = await openLlama(original, { precision: 'float32' }, type);
    const tokens = new Random(8).tokens(40, original.shape.vocabulary);
    const truth = llamaLogits({ shape: original.shape, tensors: stored }, tokens).at(-1) as Float64Array;
    expect(relativeError(await freshLogits(engine, tokens), truth)).toBeLessThan(BOUND / 10);
    await engine.dispose();
  });
});

async function greedy(model: LanguageModel, prompt: readonly number[], count: number): Promise<number[]> {
  const session = model.newSession();
  let { logits } = await session.sync(prompt);
  const generated: number[] = [];
  while (generated.length < count) {
    const best = argMax(logits);
    generated.push(best);
    logits = await session.step(best);
  }
  return generated;
}
