import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadDecoder } from '../../../engine/generate/languageModel.ts';
import type { Precision } from '../../../engine/generate/lowering.ts';
import type { Decoder } from '../../../engine/generate/model.ts';
import { openNodeModel } from '../../../engine/storage/nodeModel.ts';
import { FAMILIES, familyOf, tinyModel } from '../../support/families/families.ts';
import { type Family, GGUF_NEIGHBOURS } from '../../support/families/family.ts';
import type { TinyModel } from '../../support/families/parts.ts';
import { writeGgufModel, writeHuggingFaceFolder } from '../../support/families/write.ts';
import { LlamaCppModel } from '../../support/llamaCpp.ts';
import { allBefore, logitsOf } from '../../support/logitsOf.ts';
import { folderForAll } from '../../support/testFolders.ts';
import { argMax, relativeError } from '../compare.ts';
import { greedy } from '../greedy.ts';
import { LENGTHS, PROMPT } from './prompt.ts';
import { ReferenceDecoder } from './reference.ts';
import { roundedModel } from './rounded.ts';

const BOUND = 1e-4;

/** Dynamic NTK and LongRoPE go by it, so it is the same for all. */
const WINDOW = 256;

const GREEDY_PROMPT = PROMPT.slice(0, 9);
const COUNT = 32;

/** Tokens of one run, as in the engine's sessions. */
const PREFILL_CHUNK = 128;

const folder = folderForAll();
let models = 0;

describe.each(FAMILIES)('$name: the folder', (family) => {
  check(family, async (path) => {
    await writeHuggingFaceFolder(path, family, tinyModel(family));
    return family;
  });
});

describe('4-bit blocks, the activations kept in float32', () => {
  it.each(FAMILIES)('$name has the logits of the reference on the rounded weights', async (family) => {
    const path = join(folder.path, `${family.name} ${++models}`);
    const model = tinyModel(family);
    await writeHuggingFaceFolder(path, family, model);
    const truth = ReferenceDecoder.logits(roundedModel(model), PROMPT.slice(0, 60), { window: WINDOW });
    const engine = await load(path, 'exact');
    await compare(engine, truth, [1, 60]);
    await engine.dispose();
  });
});

describe.each(FAMILIES.filter(({ gguf }) => gguf))('$name: the GGUF file', (family) => {
  check(family, async (path) => {
    await writeGgufModel(path, family, tinyModel(family));
    return { ...family, structure: { ...family.structure, ...family.gguf?.says } };
  });
});

/** llama.cpp does not read them any more. */
describe('Mixtral: a GGUF file with a tensor for each expert, of before April 2024', () => {
  const { gguf: _, ...family } = familyOf('Mixtral');
  check(family, async (path) => {
    const parts = ['gate', 'up', 'down'].map((part) => [`experts.${part}`, `blk.{layer}.ffn_${part}.{expert}`]);
    const names = { ...GGUF_NEIGHBOURS.names, ...Object.fromEntries(parts) };
    const spelling = { ...GGUF_NEIGHBOURS, names, stackedExperts: false };
    await writeGgufModel(path, { ...family, gguf: { architecture: 'llama', spelling } }, tinyModel(family));
    return family;
  });
});

/** @param write writes the model and returns the family as the file tells it */
function check(family: Family, write: (path: string) => Promise<Family>): void {
  let engine: Decoder;
  let model: TinyModel;

  beforeAll(async () => {
    const path = join(folder.path, `${family.name} ${++models}`);
    const { structure } = await write(path);
    model = { ...tinyModel(family), structure };
    engine = await load(path, 'float32');
  });

  afterAll(() => engine?.dispose());

  it('has the logits of the float64 reference', async () => {
    const truth = await once('logits', family, model, () => ReferenceDecoder.logits(model, PROMPT, { window: WINDOW }));
    await compare(engine, truth, LENGTHS);
  });

  const isInLlamaCpp = family.gguf && !family.gguf.says && !family.gguf.llamaCpp;
  it(`continues greedily with the ${COUNT} tokens of ${isInLlamaCpp ? 'llama.cpp' : 'the reference'}`, async () => {
    const truth = await once('greedy', family, model, () => (isInLlamaCpp ? llamaCppGreedy(family) : referenceGreedy(model)));
    expect(await greedy(engine.runtime, GREEDY_PROMPT, COUNT, { window: WINDOW })).toEqual(truth);
  });
}

/** Truths by what they are about: the folder's hold for the GGUF file, too, unless the format leaves something out of the model. */
const truths = new Map<string, unknown>();

async function once<T>(what: string, { name }: Family, { structure }: TinyModel, compute: () => T | Promise<T>): Promise<T> {
  const key = JSON.stringify([what, name, structure]);
  if (!truths.has(key)) truths.set(key, await compute());
  return truths.get(key) as T;
}

async function load(path: string, precision: Precision): Promise<Decoder> {
  return loadDecoder(await openNodeModel(path), { device: 'cpu', threads: 1, precision, window: WINDOW });
}

/** Prompts of these lengths, by the graph for prefill, and by the plain one, which larger models use for prompts, too. */
async function compare(engine: Decoder, truth: readonly Float64Array[], lengths: readonly number[]): Promise<void> {
  for (const length of lengths) {
    for (const graph of ['prefill', 'plain'] as const) {
      const logits = await lastLogits(engine, PROMPT.slice(0, length), graph);
      expect.soft(relativeError(logits, truth[length - 1] as Float64Array), `${length} tokens, ${graph}`).toBeLessThan(BOUND);
    }
  }
}

/** Runs a prompt in pieces of at most a prefill chunk. */
async function lastLogits(engine: Decoder, tokens: readonly number[], graph: 'prefill' | 'plain'): Promise<Float32Array> {
  const cache = engine.runtime.newCache({ window: WINDOW });
  let logits: Float32Array = new Float32Array();
  for (let at = 0; at < tokens.length; at += PREFILL_CHUNK) {
    const ids = tokens.slice(at, at + PREFILL_CHUNK);
    const sees = graph === 'plain' ? { sees: allBefore(at, ids.length) } : {};
    logits = await logitsOf(engine.runtime, { ids, rows: [ids.length - 1], ...sees }, cache);
  }
  cache.dispose();
  return logits;
}

function referenceGreedy(model: TinyModel): number[] {
  const reference = new ReferenceDecoder(model, { window: WINDOW });
  const logits = GREEDY_PROMPT.map((token) => reference.step(token)).at(-1) as Float64Array;
  const generated = [argMax(logits)];
  while (generated.length < COUNT) generated.push(argMax(reference.step(generated.at(-1) as number)));
  return generated;
}

async function llamaCppGreedy(family: Family): Promise<number[]> {
  const path = join(folder.path, `${family.name} ${++models}.gguf`);
  await writeGgufModel(path, family, tinyModel(family));
  const peer = await LlamaCppModel.open(path, WINDOW);
  const tokens = await peer.greedy(GREEDY_PROMPT, COUNT);
  await peer.dispose();
  return tokens;
}
