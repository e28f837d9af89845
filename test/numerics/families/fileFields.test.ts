import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadDecoder } from '../../../engine/generate/languageModel.ts';
import { openNodeModel } from '../../../engine/storage/nodeModel.ts';
import { familyOf, tinyModel } from '../../support/families/families.ts';
import type { Family, GgufFamily } from '../../support/families/family.ts';
import type { TinyModel } from '../../support/families/parts.ts';
import { rotary, type Scaling, type Structure } from '../../support/families/structure.ts';
import { writeGgufModel, writeHuggingFaceFolder } from '../../support/families/write.ts';
import type { GgufValues } from '../../support/ggufFile.ts';
import { LlamaCppModel } from '../../support/llamaCpp.ts';
import { logitsOf } from '../../support/logitsOf.ts';
import { folderForAll } from '../../support/testFolders.ts';
import { relativeError } from '../compare.ts';
import { PROMPT } from './prompt.ts';
import { ReferenceDecoder } from './reference.ts';

const BOUND = 1e-4;
const WINDOW = 256;
const TOKENS = PROMPT.slice(0, 60);

const folder = folderForAll();
let models = 0;

const LLAMA = 'LLaMA 2 (grouped queries)';
const FOUR = { float: 4 };
const YARN = { 'rope.scaling.type': 'yarn', 'rope.scaling.factor': FOUR, 'rope.scaling.original_context_length': 64 };
const OTHER_LOCALS = {
  'attention.sliding_window': 24,
  'attention.sliding_window_pattern': 3,
  'rope.freq_base_swa': { float: 500 },
};

describe('what a GGUF file says means what it means to llama.cpp', () => {
  it.each<[string, string, GgufValues, number?]>([
    ['a factor without a type', LLAMA, { 'rope.scaling.factor': FOUR }],
    ['the factor of older files', LLAMA, { 'rope.scale_linear': FOUR }],
    ['a factor of 0', LLAMA, { 'rope.scaling.type': 'linear', 'rope.scaling.factor': { float: 0 } }],
    ['a factor with the type none', LLAMA, { 'rope.scaling.type': 'none', 'rope.scaling.factor': FOUR }],
    ['a factor beside factors by frequency', 'Llama 3.x', { 'rope.scaling.type': 'linear', 'rope.scaling.factor': FOUR }],
    ['YaRN with a factor on the attention', LLAMA, { ...YARN, 'rope.scaling.attn_factor': { float: 0.8 } }],
    ['YaRN without a factor', LLAMA, { 'rope.scaling.type': 'yarn', 'rope.scaling.original_context_length': 64 }],
    // llama.cpp takes its GELU from a table.
    ['no soft caps, where Gemma 2 has them', 'Gemma 2', { 'attention.sliding_window': 24 }, 1e-3],
    ['windows in other layers, and another base in them', 'Gemma 3', OTHER_LOCALS, 1e-3],
  ])('%s', async (_, name, metadata, bound = BOUND) => {
    const family = familyOf(name);
    const gguf = { ...(family.gguf as GgufFamily), metadata };
    await expectPeer(await written({ ...family, gguf }), bound);
  });

  it.each([
    ['Gemma 2', 46],
    ['Gemma 3', 62],
  ])('the %s of %i layers scales scores by the hidden size per head', async (name, layers) => {
    const family = familyOf(name);
    await expectPeer(await written({ ...family, structure: { ...family.structure, layers } }), 3e-3);
  });
});

async function expectPeer(path: string, bound: number): Promise<void> {
  const peer = await LlamaCppModel.open(path, WINDOW);
  const truth = await peer.logits(TOKENS);
  await peer.dispose();
  expect(relativeError(await logitsIn(path), truth)).toBeLessThan(bound);
}

const LLAMA2 = familyOf(LLAMA);
const PHI4 = familyOf('Phi-4-mini (three quarters of a head turn)');
const GLM = familyOf('GLM');
const QWEN2 = familyOf('Qwen2');
const ALL = { size: 24, layers: [0, 1] };
const GPT2 = familyOf('GPT-2');
const GEMMA2 = familyOf('Gemma 2');

type Yarn = Extract<Scaling, { type: 'yarn' }>;

function yarnOf(means: Partial<Yarn>): Partial<Structure> {
  return { positions: rotary(16, { scaling: { type: 'yarn', factor: 4, original: 64, fast: 32, slow: 1, ...means } }) };
}

it('a GGUF file says where the ramp of YaRN ends, which llama.cpp ignores in this architecture', async () => {
  const metadata = { ...YARN, 'rope.scaling.yarn_beta_fast': { float: 16 }, 'rope.scaling.yarn_beta_slow': { float: 2 } };
  const path = await written({ ...LLAMA2, gguf: { ...(LLAMA2.gguf as GgufFamily), metadata } });
  const model = tinyModel(LLAMA2);
  const structure = { ...model.structure, ...yarnOf({ fast: 16, slow: 2 }) };
  expect(relativeError(await logitsIn(path), truthOf({ ...model, structure }))).toBeLessThan(BOUND);
});

describe('what a config.json says is what the reference computes', () => {
  /** Where Transformers 5 puts what was at the top. */
  const moved = ({
    config: { rope_theta, rope_scaling, partial_rotary_factor, original_max_position_embeddings: original, ...rest },
  }: Family) => ({
    ...rest,
    rope_parameters: {
      ...(rope_scaling ?? { rope_type: 'default' }),
      rope_theta,
      partial_rotary_factor,
      ...(original !== undefined && { original_max_position_embeddings: original }),
    },
  });
  const { attn_logit_softcapping: _scores, final_logit_softcapping: _logits, ...uncapped } = GEMMA2.config;
  const yarn = (fields: object, means: Partial<Yarn>): [Family['config'], Partial<Structure>] => [
    { ...LLAMA2.config, rope_scaling: { rope_type: 'yarn', factor: 4, original_max_position_embeddings: 64, ...fields } },
    yarnOf(means),
  ];
  const quarter = { ...GLM, config: { ...GLM.config, partial_rotary_factor: 0.25 } };

  it.each<[string, Family, Family['config'], Partial<Structure>]>([
    ['the part of a head that turns, in rope_parameters', PHI4, moved(PHI4), {}],
    ['the same for GLM', GLM, moved(quarter), { positions: rotary(4, { interleaved: true }) }],
    ['YaRN with the ends of its ramp', LLAMA2, ...yarn({ beta_fast: 16, beta_slow: 2 }, { fast: 16, slow: 2 })],
    [
      'YaRN with two scales of attention',
      LLAMA2,
      ...yarn({ mscale: 1.5, mscale_all_dim: 0.5 }, { attention: (0.15 * Math.log(4) + 1) / (0.05 * Math.log(4) + 1) }),
    ],
    [
      'YaRN with zeros, which are none',
      LLAMA2,
      ...yarn({ mscale: 1.5, mscale_all_dim: 0, beta_fast: 0, beta_slow: 0 }, { attention: 0.1 * Math.log(4) + 1 }),
    ],
    ['YaRN with a ramp between whole pairs', LLAMA2, ...yarn({ truncate: false }, { unrounded: true })],
    ['YaRN with its own factor on attention', LLAMA2, ...yarn({ attention_factor: 0.8, mscale: 2 }, { attention: 0.8 })],
    ['a window from layer 0 on', QWEN2, { ...QWEN2.config, use_sliding_window: true, max_window_layers: 0 }, { window: ALL }],
    ['no soft caps, where Gemma 2 has them', GEMMA2, uncapped, { attentionSoftcap: 50, logitSoftcap: 30 }],
    [
      'soft caps of null',
      GEMMA2,
      { ...GEMMA2.config, attn_logit_softcapping: null, final_logit_softcapping: null },
      { attentionSoftcap: undefined, logitSoftcap: undefined },
    ],
    ['scores that are not scaled', GPT2, { ...GPT2.config, scale_attn_weights: false }, { attentionScale: 1 }],
  ])('%s', async (_, family, config, differences) => {
    const model = tinyModel(family);
    const path = join(folder.path, `${++models}`);
    await writeHuggingFaceFolder(path, { ...family, config }, model);
    const structure = { ...model.structure, ...differences };
    expect(relativeError(await logitsIn(path), truthOf({ ...model, structure }))).toBeLessThan(BOUND);
  });
});

function truthOf(model: TinyModel): Float64Array {
  return ReferenceDecoder.logits(model, TOKENS, { window: WINDOW }).at(-1) as Float64Array;
}

async function written(family: Family): Promise<string> {
  const path = join(folder.path, `${++models}.gguf`);
  await writeGgufModel(path, family, tinyModel(family));
  return path;
}

async function logitsIn(path: string): Promise<Float32Array> {
  const engine = await loadDecoder(await openNodeModel(path), {
    device: 'cpu',
    threads: 1,
    precision: 'float32',
    window: WINDOW,
  });
  const cache = engine.runtime.newCache({ window: WINDOW });
  const logits = await logitsOf(engine.runtime, { ids: TOKENS, rows: [TOKENS.length - 1] }, cache);
  await engine.dispose();
  return logits;
}
