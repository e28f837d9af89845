import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import type { DeviceRun } from '../browser/deviceSuite.ts';
import { expectSame, GRAPH_CASES, type GraphCase, INPUT, runOnCpu } from '../browser/graphCases.ts';
import { gpuEnvironment } from '../browser/nativeGpu.ts';
import { T5_FAMILIES, type T5Family, type T5Model, tinyT5 } from '../support/families/t5.ts';
import { temporaryFolder } from '../support/modelFolder.ts';
import { groupQueryDecoder, tinyConfig } from '../support/onnxDecoder.ts';
import { relativeError } from './compare.ts';
import { t5Logits } from './families/referenceT5.ts';
import { GPU_FORMATS, roundMatrix } from './quantized.ts';

const child = fileURLToPath(new URL('../browser/nativeRun.ts', import.meta.url));

const [{ tokens }] = GRAPH_CASES as [GraphCase];

async function writeForms(path: string, names: readonly string[], softcap = 0): Promise<void> {
  for (const form of names) {
    const halves = form.endsWith('f16');
    await groupQueryDecoder({ name: `onnx/model_${form}.onnx`, seed: 6, halves, softcap }).write(path);
  }
  await writeFile(join(path, 'config.json'), JSON.stringify(tinyConfig('llama')));
}

const FORMS: GraphCase = {
  name: 'the form that a GPU computes in',
  tokens,
  write: (path) => writeForms(path, ['q4f16', 'q4']),
};
const SOFT_CAPPED: GraphCase = { name: 'soft caps', tokens, write: (path) => writeForms(path, ['q4'], 2) };
/** Logits in float16 differ from those of the CPU by less, relative to the largest. */
const HALVES_BOUND = 2e-2;
const HALVES: GraphCase = { name: 'only float16', tokens, write: (path) => writeForms(path, ['q4f16']) };

const ROUNDED: GraphCase = { ...(GRAPH_CASES.at(-1) as GraphCase), name: 'T5 in blocks' };

/** The model of {@link ROUNDED} when its matrices are rounded to blocks; rows of its embedding hold no whole blocks. */
function roundedT5(): T5Model {
  const { structure, tensors } = tinyT5(T5_FAMILIES.at(-1) as T5Family);
  const rounded = new Map(tensors);
  for (const [name, { shape, data }] of tensors) {
    const columns = shape[1];
    if (columns === undefined || /^shared|relative_attention_bias/.test(name)) continue;
    rounded.set(name, { shape, data: roundMatrix(data, columns, GPU_FORMATS[name.startsWith('lm_head') ? 'head' : 'linear']) });
  }
  return { structure, tensors: rounded };
}

describe('graphs of ONNX folders and encoder–decoders on WebGPU in onnxruntime-node', () => {
  const cases = [...GRAPH_CASES, FORMS, SOFT_CAPPED, HALVES, ROUNDED];
  const truths: DeviceRun[] = [];
  let runs: unknown[] = [];
  const of = (one: GraphCase) => [runs[cases.indexOf(one)], truths[cases.indexOf(one)]] as [DeviceRun, DeviceRun];

  beforeAll(async () => {
    const folder = await temporaryFolder();
    const all: { path: string; precision: string; tokens: readonly number[] }[] = [];
    for (const [i, one] of cases.entries()) {
      const path = join(folder.path, `model${i}`);
      await one.write(path);
      truths.push(await runOnCpu(path, one));
      all.push({ path, precision: one === ROUNDED ? 'exact' : 'float32', tokens: one.tokens });
    }
    const env = await gpuEnvironment(console.log);
    const { stdout } = await promisify(execFile)(process.execPath, [child, JSON.stringify(all)], { env, maxBuffer: 2 ** 28 });
    runs = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    await folder.remove();
    // The adapter's kernels are compiled for each model, which takes minutes on a busy machine.
  }, 600_000);

  it.each(GRAPH_CASES.map((one) => [one.name, one] as const))('%s', (_, one) => {
    const [run, truth] = of(one);
    expect(run.device).toBe('webgpu');
    expectSame(run, truth);
  });

  it('takes the form in float16 where the GPU computes in it, and the one without elsewhere', () => {
    const [run, truth] = of(FORMS);
    expect(run.device).toBe('webgpu');
    const hasFloat16 = 'rows' in of(HALVES)[0];
    expectSame(run, truth, hasFloat16 ? HALVES_BOUND : undefined);
    if (hasFloat16) expect(run.rows).toEqual(of(HALVES)[0].rows);
  });

  it('multiplies by the blocks of an encoder–decoder, as the float64 reference does', () => {
    const [run] = of(ROUNDED);
    expect(run.device).toBe('webgpu');
    const truth = t5Logits(roundedT5(), ROUNDED.tokens.slice(0, INPUT), ROUNDED.tokens.slice(INPUT, 62));
    for (const { length, logits } of run.rows.filter(({ length }) => length > INPUT)) {
      expect.soft(relativeError(logits, truth[length - INPUT - 1] as Float64Array), `${length} tokens`).toBeLessThan(1e-4);
    }
  });

  it('leaves soft caps to the CPU, because WebGPU leaves them out', () => {
    const [run, truth] = of(SOFT_CAPPED);
    expect(run.device).toBe('cpu');
    expect(run.notes.join()).toContain('soft-capped attention');
    expect(run.rows).toEqual(truth.rows);
    expect(truth.rows).not.toEqual(of(FORMS)[1].rows);
  });

  it('runs graphs in float16 where the GPU computes in it, and refuses them elsewhere with what to do', () => {
    const [run, truth] = of(HALVES);
    if ('rows' in run) expectSame(run, truth, HALVES_BOUND);
    else expect(run).toMatchObject({ code: 'runtime', message: expect.stringMatching(/f16[\s\S]*Set the device to "auto"/) });
  });
});
