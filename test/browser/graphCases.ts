import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Decoder } from '../../engine/generate/model.ts';
import { openNodeModel } from '../../engine/storage/nodeModel.ts';
import { relativeError } from '../numerics/compare.ts';
import { PROMPT } from '../numerics/families/prompt.ts';
import { T5_FAMILIES, tinyT5 } from '../support/families/t5.ts';
import { writeFolder } from '../support/families/write.ts';
import { type DecoderOptions, groupQueryDecoder, plainDecoder, tinyConfig } from '../support/onnxDecoder.ts';
import { genaiConfig } from '../support/onnxGenai.ts';
import { TINY_ONNX } from '../support/onnxGraphWriter.ts';
import { writeSeq2seq } from '../support/onnxSeq2seq.ts';
import { expectFewBytes, expectSameFromSeed, expectTop } from './deviceCases.ts';
import { type DeviceRun, runOnDevice } from './deviceSuite.ts';

/** A model whose graphs are not a decoder that Paddock builds; its truth is what the CPU computes with the same graphs. */
export interface GraphCase {
  readonly name: string;
  readonly tokens: readonly number[];
  write(folder: string): Promise<void>;
}

/** Length of an encoder–decoder's input: the suite cuts a timeline before its end, and reads logits behind it. */
export const INPUT = 25;
const tokens = PROMPT.map((id) => 2 + (id % (TINY_ONNX.vocabulary - 2)));
const inputAndAnswer = tokens.with(INPUT, 0);

function folder(name: string, decoder: typeof plainDecoder, options: Partial<DecoderOptions>): GraphCase {
  return {
    name,
    tokens,
    async write(path) {
      await decoder({ name: 'onnx/model.onnx', seed: 6, ...options }).write(path);
      await writeFile(join(path, 'config.json'), JSON.stringify(tinyConfig('llama')));
    },
  };
}

const GENAI: GraphCase = {
  name: 'genai, weights in two files',
  tokens,
  async write(path) {
    await groupQueryDecoder({ name: 'model.onnx', seed: 6, parts: 2 }).write(path);
    await writeFile(join(path, 'genai_config.json'), JSON.stringify(genaiConfig()));
  },
};
const PLAIN = folder('plain operators, with positions', plainDecoder, { positions: true });
const PAIR: GraphCase = {
  name: 'an encoder and one decoder graph with two branches',
  tokens: inputAndAnswer,
  write: (path) => writeSeq2seq(path, true),
};

const T5: readonly GraphCase[] = T5_FAMILIES.map((family) => ({
  name: family.name,
  tokens: inputAndAnswer,
  write: (path) => writeFolder(path, family.config, tinyT5(family).tensors),
}));

export const GRAPH_CASES: readonly GraphCase[] = [
  GENAI,
  folder('grouped queries, with positions', groupQueryDecoder, { positions: true }),
  PLAIN,
  folder('last logits only', plainDecoder, { lastOnly: true }),
  folder('number of logits told', plainDecoder, { keeps: true }),
  folder('no cache', plainDecoder, { cacheless: true }),
  PAIR,
  { name: 'an encoder and two decoder graphs', tokens: inputAndAnswer, write: (path) => writeSeq2seq(path, false) },
  ...T5,
];

/** One of each kind, for pages. */
export const PAGE_GRAPH_CASES: readonly GraphCase[] = [GENAI, PLAIN, PAIR, ...T5];

/** The suite's results on the CPU. */
export async function runOnCpu(path: string, { tokens }: GraphCase): Promise<DeviceRun> {
  const open: Decoder[] = [];
  const run = await runOnDevice(await openNodeModel(path), tokens, { device: 'cpu', threads: 1, precision: 'float32' }, open);
  await open[0]?.dispose();
  return run;
}

export function expectSame(run: DeviceRun, truth: DeviceRun, bound = 1e-4): void {
  const { rows, tops } = run;
  expect(rows.map(({ length }) => length)).toEqual([1, 31, 32, 54, 60, 61, 62, 50]);
  for (const [i, { length, logits }] of rows.entries()) {
    const expected = truth.rows[i]?.logits ?? [];
    // Tokens of an input have no logits.
    if (expected.every((logit) => logit === 0)) expect.soft(logits, `${length} tokens`).toEqual(expected);
    else expect.soft(relativeError(logits, expected), `${length} tokens`).toBeLessThan(bound);
  }
  expectFewBytes(run);
  expectSameFromSeed(run);
  for (const top of tops ?? []) expectTop(top, truth.rows.find(({ length }) => length === top.length)?.logits ?? [], bound);
}
