import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { describeModel } from '../../engine/generate/describe.ts';
import type { LanguageModel } from '../../engine/generate/model.ts';
import { openGguf } from '../../engine/model/gguf/gguf.ts';
import { openNodeFile } from '../../engine/storage/nodeFolder.ts';
import { openNodeModel } from '../../engine/storage/nodeModel.ts';
import { freshLogits, openFolder } from '../support/engine.ts';
import { GGML_LAYOUTS, randomBlocks } from '../support/ggmlBlocks.ts';
import { ggufName, llamaMetadata } from '../support/gguf.ts';
import { encodeGguf } from '../support/ggufFile.ts';
import { type FloatTensor, type Llama, type LlamaShape, tensorShapes } from '../support/llama.ts';
import { LlamaCppModel } from '../support/llamaCpp.ts';
import { configJson, writeFiles } from '../support/modelFolder.ts';
import { awqFile, gptqFile, type PackedFile, type PackedOptions } from '../support/packedWeights.ts';
import { fastNormal, Random } from '../support/random.ts';
import { halvesApart } from '../support/rotaryPairs.ts';
import { encodeRawTensors, type RawTensor } from '../support/safetensors.ts';
import { folderForAll } from '../support/testFolders.ts';
import { relativeError } from './compare.ts';
import { roundMatrix, SHIPPED_FORMATS } from './quantized.ts';
import { llamaLogits } from './reference.ts';

/** For float32 activations: only the order of additions differs from the reference. */
const EXACT = 1e-3;

/** For int8 activations, in llama.cpp as in the engine. */
const FAST = 0.1;

/** Rows of whole super-blocks of 256. */
const SHAPE: LlamaShape = {
  vocabulary: 288,
  hidden: 256,
  layers: 2,
  heads: 4,
  kvHeads: 2,
  headSize: 64,
  feedForward: 512,
  context: 128,
  tied: false,
  ropeBase: 10000,
  epsilon: 1e-5,
};

const TOKENS = new Random(11).tokens(48, SHAPE.vocabulary);

const folder = folderForAll();

/** The type of each matrix in a file, by the end of its name. */
type TypeOf = (name: string) => string;

const MIXTURES: readonly [string, TypeOf][] = [
  ...Object.keys(GGML_LAYOUTS).map((type): [string, TypeOf] => [type, () => type]),
  ['Q4_K and Q6_K, as "Q4_K_M" mixes them', (name) => (/attn_v|ffn_down|output\.weight$/.test(name) ? 'Q6_K' : 'Q4_K')],
  [
    'another type for each matrix',
    (name) => {
      const types = Object.keys(GGML_LAYOUTS);
      return types[name.split('').reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % types.length] as string;
    },
  ],
];

describe.each(MIXTURES)('a GGUF file of %s', (name, typeOf) => {
  let path: string;
  let truth: Float64Array;

  beforeAll(async () => {
    path = join(folder.path, `${name.replace(/\W/g, '')}.gguf`);
    await writeBlocks(path, typeOf);
    truth = llamaLogits(await decoded(path), TOKENS).at(-1) as Float64Array;
  });

  it('is repacked without rounding', async () => {
    const { roundingError, storedAs } = await describeModel(await openNodeModel(path));
    expect(roundingError).toBeUndefined();
    expect(Object.keys(storedAs).length).toBeGreaterThan(1);
  });

  it('has the logits of the float64 reference on its decoded weights, in one run and token by token', async () => {
    const engine = await openFolder(path, { precision: 'exact' });
    expect(relativeError(await freshLogits(engine, TOKENS), truth)).toBeLessThan(EXACT);
    expect(relativeError(await oneByOne(engine), truth)).toBeLessThan(EXACT);
    await engine.dispose();
  });

  it('with int8 activations is as close to the reference as llama.cpp', async () => {
    const engine = await openFolder(path, { precision: 'fast' });
    const peer = await LlamaCppModel.open(path, SHAPE.context);
    const ours = relativeError(await freshLogits(engine, TOKENS), truth);
    const theirs = relativeError(await peer.logits(TOKENS), truth);
    expect(ours).toBeLessThan(FAST);
    expect(ours).toBeLessThan(2 * theirs);
    await engine.dispose();
    await peer.dispose();
  });
});

/** Norms are divided by this, because the weights are about 1 and products should stay about 1. */
const GAIN = 1 / Math.sqrt(SHAPE.hidden);

async function writeBlocks(path: string, typeOf: TypeOf): Promise<void> {
  const random = new Random(23);
  const tensors = tensorShapes(SHAPE).map(([name, shape]) => {
    const dims = [...shape].reverse();
    const size = shape.reduce((product, dim) => product * dim, 1);
    if (shape.length === 1) {
      const gains = fastNormal(size, 0.2, random.below(2 ** 31)).map((value) => GAIN * (1 + value));
      return { name: ggufName(name), dims, type: 0, bytes: new Uint8Array(gains.buffer) };
    }
    const type = typeOf(ggufName(name));
    const { weights, type: number } = GGML_LAYOUTS[type] as (typeof GGML_LAYOUTS)[string];
    return { name: ggufName(name), dims, type: number, bytes: randomBlocks(type, size / weights, random) };
  });
  await writeFile(path, encodeGguf(llamaMetadata(SHAPE), tensors));
}

/** The decoded weights of a file, which ggufTypes.test.ts checks against llama.cpp, with rotary pairs half a head apart. */
async function decoded(path: string): Promise<Llama> {
  const source = await openGguf(await openNodeFile(path));
  const tensors = new Map<string, FloatTensor>();
  for (const [name, shape] of tensorShapes(SHAPE)) {
    const stored = { shape, data: await source.read(ggufName(name)) };
    tensors.set(name, /[qk]_proj/.test(name) ? halvesApart(stored, SHAPE.headSize) : stored);
  }
  await source.close();
  return { shape: SHAPE, tensors };
}

async function oneByOne(engine: LanguageModel): Promise<Float32Array> {
  const session = engine.newSession();
  let { logits } = await session.sync(TOKENS.slice(0, 1));
  for (const token of TOKENS.slice(1)) logits = (await session.step(token)) as Float32Array<ArrayBuffer>;
  return logits;
}

const OPTIONS = { groupSize: 64, seed: 0 };
const METHODS: readonly [string, (options: PackedOptions) => PackedFile][] = [
  ['GPTQ', gptqFile],
  ['GPTQ of the second version', (options) => gptqFile(options, { version: 'gptq_v2' })],
  ['GPTQ with symmetric levels', (options) => gptqFile(options, { symmetric: true })],
  ['GPTQ with columns in order of activation', (options) => gptqFile(options, { shuffled: true })],
  ['AWQ', awqFile],
];

describe.each(METHODS)('a folder of %s', (name, pack) => {
  let path: string;
  let model: Llama;

  beforeAll(async () => {
    path = join(folder.path, name.replace(/\W/g, ''));
    model = await writePacked(path, pack);
  });

  it('has the logits of the float64 reference on its decoded weights, unchanged and in the formats of the CPU', async () => {
    const scattered = name.includes('in order of activation');
    for (const [precision, weights] of [
      ['float32', model],
      ['exact', rounded(model, scattered)],
    ] as const) {
      const truth = llamaLogits(weights, TOKENS).at(-1) as Float64Array;
      const engine = await openFolder(path, { precision });
      expect(relativeError(await freshLogits(engine, TOKENS), truth), precision).toBeLessThan(EXACT);
      expect(relativeError(await oneByOne(engine), truth), `${precision}, one by one`).toBeLessThan(EXACT);
      await engine.dispose();
    }
  });

  it('describes its format', async () => {
    const { storedAs, roundingError } = await describeModel(await openNodeModel(path));
    expect(Object.keys(storedAs).sort()).toEqual([name.startsWith('AWQ') ? 'AWQ 4-bit' : 'GPTQ 4-bit', 'F32'].sort());
    // The embedding and the head are not packed.
    expect(roundingError).toBeGreaterThan(0);
  });
});

/**
 * The weights after the engine's rounding: of the tables, which such files keep as floating point, and of matrices with shuffled groups.
 */
function rounded(model: Llama, linears: boolean): Llama {
  const tensors = new Map(model.tensors);
  const { embedding, head, linear } = SHIPPED_FORMATS;
  for (const [name, { shape, data }] of tensors) {
    const format = name.includes('embed_tokens') ? embedding : name.startsWith('lm_head') ? head : linears ? linear : undefined;
    if (shape.length === 2 && format) tensors.set(name, { shape, data: roundMatrix(data, shape[1] as number, format) });
  }
  return { shape: model.shape, tensors };
}

/**
 * Writes a folder whose layers' matrices are packed.
 * @returns its weights
 */
async function writePacked(path: string, pack: (options: PackedOptions) => PackedFile): Promise<Llama> {
  const random = new Random(29);
  const tensors = new Map<string, FloatTensor>();
  const raw = new Map<string, RawTensor>();
  let config = {};
  for (const [name, shape] of tensorShapes(SHAPE)) {
    const [rows, columns] = shape as [number, number];
    if (name.endsWith('_proj.weight')) {
      const packed = pack({ ...OPTIONS, rows, columns, seed: random.below(1000) });
      tensors.set(name, { shape, data: Float32Array.from(packed.weights) });
      for (const [part, stored] of packed.layer) raw.set(name.replace(/weight$/, part), stored);
      config = packed.config;
      continue;
    }
    const data = fastNormal(
      shape.reduce((product, dim) => product * dim, 1),
      0.2,
      random.below(2 ** 31),
    );
    // Packed weights are about 5.
    if (shape.length === 1) for (const [i, value] of data.entries()) data[i] = (GAIN * (1 + value)) / 5;
    tensors.set(name, { shape, data });
    raw.set(name, { dtype: 'F32', shape, bytes: new Uint8Array(data.buffer) });
  }
  await writeFiles(path, { ...configJson(SHAPE), quantization_config: config }, encodeRawTensors(raw));
  return { shape: SHAPE, tensors };
}
