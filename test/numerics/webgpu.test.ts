import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Decoder } from '../../engine/generate/model.ts';
import { openNodeModel } from '../../engine/storage/nodeModel.ts';
import { DEVICE_CASES, expectReference, writeCases } from '../browser/deviceCases.ts';
import { type DeviceRun, runOnDevice } from '../browser/deviceSuite.ts';
import { gpuEnvironment } from '../browser/nativeGpu.ts';
import { writeStoredBlocks } from '../browser/storedBlocks.ts';
import type { Llama } from '../support/llama.ts';
import { temporaryFolder } from '../support/modelFolder.ts';
import { relativeError } from './compare.ts';
import { PROMPT } from './families/prompt.ts';
import { llamaLogits } from './reference.ts';

const child = fileURLToPath(new URL('../browser/nativeRun.ts', import.meta.url));

/** Models that WebGPU cannot run, and why: they run elsewhere, instead of giving wrong numbers. */
const REFUSED = [
  { family: 'BLOOM', precision: 'float32', reason: 'ALiBi' },
  { family: 'Gemma 2', precision: 'float32', reason: 'soft-capped' },
  { family: 'Mixtral', precision: 'float32', reason: 'experts' },
] as const;

describe('WebGPU in onnxruntime-node', () => {
  const cases = [...DEVICE_CASES, ...REFUSED];
  let runs: DeviceRun[] = [];
  let stored: Llama;
  /**
   * The same on the CPU, for logits without a meaning outside of an engine: keys that were computed with tokens which were then discarded.
   */
  const onCpu: DeviceRun[] = [];

  beforeAll(async () => {
    const folder = await temporaryFolder();
    const paths = await writeCases(
      folder.path,
      cases.map(({ family }) => family),
    );
    const gguf = join(folder.path, 'blocks.gguf');
    stored = await writeStoredBlocks(gguf);
    const all = [
      ...cases.map(({ family: _, ...options }, i) => ({ ...options, path: paths[i] })),
      { path: gguf, precision: 'exact' },
      { path: paths[0], precision: DEVICE_CASES[0]?.precision },
    ];
    const argument = JSON.stringify(all);
    const env = await gpuEnvironment(console.log);
    const { stdout } = await promisify(execFile)(process.execPath, [child, argument], { env, maxBuffer: 2 ** 28 });
    runs = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const open: Decoder[] = [];
    for (const path of paths) {
      onCpu.push(await runOnDevice(await openNodeModel(path), PROMPT, { device: 'cpu', threads: 1, precision: 'float32' }, open));
    }
    for (const decoder of open) await decoder.dispose();
    await folder.remove();
    // The adapter's kernels are compiled for each model, which takes minutes on a busy machine.
  }, 600_000);

  it.each(DEVICE_CASES.map((one, i) => [`${one.family}, ${one.precision}`, one, i] as const))('%s', (_, one, i) => {
    const run = runs[i] as DeviceRun;
    expect(run.device).toBe('webgpu');
    expectReference(run, one);
    expect(run.shifted !== undefined).toBe(one.family !== 'GPT-2');
    const cpu = onCpu[i]?.shifted;
    if (run.shifted && cpu && one.precision === 'float32') expect(relativeError(run.shifted, cpu)).toBeLessThan(1e-4);
  });

  it.each(REFUSED.map((one, i) => [one.family, one, DEVICE_CASES.length + i] as const))('leaves %s to the CPU', (_, one, i) => {
    const run = runs[i] as DeviceRun;
    expect(run.device).toBe('cpu');
    expect(run.notes.join()).toContain(one.reason);
    expectReference(run, one);
  });

  it('multiplies by blocks in the types of GGUF files', () => {
    const { device, rows } = runs.at(-2) as DeviceRun;
    expect(device).toBe('webgpu');
    const truth = llamaLogits(stored, PROMPT.slice(0, 62));
    for (const { length, logits } of rows) {
      expect.soft(relativeError(logits, truth[length - 1] as Float64Array), `${length} tokens`).toBeLessThan(1e-4);
    }
  });

  it('draws the same texts from the same seeds when a model is loaded again', () => {
    const [first, again] = [runs[0], runs.at(-1)] as [DeviceRun, DeviceRun];
    expect(again.device).toBe('webgpu');
    expect(again.drawn).toEqual(first.drawn);
  });
});
