import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadDecoder } from '../../../engine/generate/languageModel.ts';
import { openNodeModel } from '../../../engine/storage/nodeModel.ts';
import { familyOf, tinyModel } from '../../support/families/families.ts';
import type { Family, GgufFamily } from '../../support/families/family.ts';
import { rotary, type Structure } from '../../support/families/structure.ts';
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
  ])('%s', async (_, name, metadata, bound = BOUND) => {
    const family = familyOf(name);
    const gguf = { ...(family.gguf as GgufFamily), metadata };
    const path = await written({ ...family, gguf });
    const peer = await LlamaCppModel.open(path, WINDOW);
    const truth = await peer.logits(TOKENS);
    await peer.dispose();
    expect(relativeError(await logitsIn(path), truth)).toBeLessThan(bound);
  });
});

const PHI4 = familyOf('Phi-4-mini (three quarters of a head turn)');
const GLM = familyOf('GLM');
const GPT2 = familyOf('GPT-2');
const GEMMA2 = familyOf('Gemma 2');

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
  const quarter = { ...GLM, config: { ...GLM.config, partial_rotary_factor: 0.25 } };

  it.each<[string, Family, Family['config'], Partial<Structure>]>([
    ['the part of a head that turns, in rope_parameters', PHI4, moved(PHI4), {}],
    ['the same for GLM', GLM, moved(quarter), { positions: rotary(4, { interleaved: true }) }],
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
    const truth = ReferenceDecoder.logits({ ...model, structure }, TOKENS, { window: WINDOW }).at(-1) as Float64Array;
    expect(relativeError(await logitsIn(path), truth)).toBeLessThan(BOUND);
  });
});

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
