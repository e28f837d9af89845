import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadDecoder } from '../../../engine/generate/languageModel.ts';
import type { Precision } from '../../../engine/generate/lowering.ts';
import type { EncoderDecoder, InputAnswerRuntime } from '../../../engine/runtime/inputAnswerRuntime.ts';
import type { ModelRuntime } from '../../../engine/runtime/modelRuntime.ts';
import { openNodeModel } from '../../../engine/storage/nodeModel.ts';
import { T5_FAMILIES, type T5Model, tinyT5, writeT5Gguf } from '../../support/families/t5.ts';
import { writeFolder } from '../../support/families/write.ts';
import { llamaCpp } from '../../support/llamaCpp.ts';
import { logitsOf } from '../../support/logitsOf.ts';
import { folderForAll } from '../../support/testFolders.ts';
import { argMax, relativeError } from '../compare.ts';
import { greedy } from '../greedy.ts';
import { PROMPT, SOURCE } from './prompt.ts';
import { t5Logits } from './referenceT5.ts';

const BOUND = 1e-4;

const folder = folderForAll();

/** The binding of llama.cpp that the tests use runs no encoder–decoders; transformers agrees with the reference (transformers.test.ts). */
describe.each(T5_FAMILIES)('$name', (family) => {
  const model = tinyT5(family);

  it.each(['the folder', 'the GGUF file'])('%s has the logits of the float64 reference, run by run', async (kind) => {
    const path = join(folder.path, `${family.name} ${kind}`);
    if (kind === 'the folder') await writeFolder(path, family.config, model.tensors);
    else await writeT5Gguf(path, model);
    // The GGUF format has no place for the farthest distance.
    const told: T5Model = kind === 'the folder' ? model : { ...model, structure: { ...model.structure, distance: 128 } };
    const engine = await load(path);
    await check(engine, told, SOURCE);
    // Another input over the same weights, and the first once more.
    await check(engine, told, PROMPT.slice(0, 5));
    await check(engine, told, SOURCE.slice(0, 1));
    await engine.dispose();
  });

  it('continues greedily with the 32 tokens of the reference', async () => {
    const path = join(folder.path, `${family.name} greedy`);
    await writeFolder(path, family.config, model.tensors);
    const engine = await load(path);
    const { startToken } = engine;
    const truth = [startToken];
    while (truth.length < 33) truth.push(argMax(t5Logits(model, SOURCE, truth).at(-1) as Float64Array));
    const found = [startToken, ...(await greedy(await engine.encode(SOURCE), [startToken], 32))];
    await engine.dispose();
    expect(found).toEqual(truth);
    expect(new Set(found).size).toBeGreaterThan(3);
  });

  it('has the same logits on 4-bit blocks, but for what rounding does to them', async () => {
    const path = join(folder.path, `${family.name} rounded`);
    await writeFolder(path, family.config, model.tensors);
    const engine = await load(path, 'exact');
    const answer = await engine.encode(SOURCE);
    const logits = await logitsOf(answer, { ids: PROMPT.slice(0, 20), rows: [19] }, answer.newCache());
    await engine.dispose();
    const error = relativeError(logits, t5Logits(model, SOURCE, PROMPT.slice(0, 20)).at(-1) as Float64Array);
    expect(error).toBeGreaterThan(BOUND);
    expect(error).toBeLessThan(0.5);
  });

  it('is a file that llama.cpp opens', async () => {
    const path = join(folder.path, 'llama.cpp.gguf');
    await writeT5Gguf(path, model);
    const peer = await (await llamaCpp()).loadModel({ modelPath: path, gpuLayers: 0 });
    expect(peer.embeddingVectorSize).toBe(model.structure.hidden);
    await peer.dispose();
  });
});

async function load(path: string, precision: Precision = 'float32'): Promise<EncoderDecoder> {
  const { runtime } = await loadDecoder(await openNodeModel(path), { device: 'cpu', threads: 1, precision });
  return (runtime as InputAnswerRuntime).pair;
}

/** A prefill, a second run and steps over one input. */
async function check(engine: EncoderDecoder, model: T5Model, source: readonly number[]): Promise<void> {
  const truth = t5Logits(model, source, PROMPT.slice(0, 65));
  const answer: ModelRuntime = await engine.encode(source);
  const cache = answer.newCache({ window: 65 });
  for (const [from, to] of [
    [0, 1],
    [1, 60],
    [60, 63],
    [63, 64],
    [64, 65],
  ] as const) {
    const ids = PROMPT.slice(from, to);
    const logits = await logitsOf(answer, { ids, rows: [ids.length - 1] }, cache);
    expect.soft(relativeError(logits, truth[to - 1] as Float64Array), `${to} tokens of an answer`).toBeLessThan(BOUND);
  }
  cache.dispose();
  await answer.dispose();
}
