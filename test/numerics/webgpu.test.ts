import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { DEVICE_CASES, expectReference, writeCases } from '../browser/deviceCases.ts';
import type { DeviceRun } from '../browser/deviceSuite.ts';
import { gpuEnvironment } from '../browser/nativeGpu.ts';
import { temporaryFolder } from '../support/modelFolder.ts';

const child = fileURLToPath(new URL('../browser/nativeRun.ts', import.meta.url));

/** What WebGPU cannot do, and why: such a model runs elsewhere, instead of giving wrong numbers. */
const REFUSED = [
  { family: 'BLOOM', precision: 'float32', reason: 'ALiBi' },
  { family: 'Gemma 2', precision: 'float32', reason: 'soft-capped' },
  { family: 'Mixtral', precision: 'float32', reason: 'experts' },
] as const;

describe('WebGPU in onnxruntime-node', () => {
  const cases = [...DEVICE_CASES, ...REFUSED];
  let runs: DeviceRun[] = [];

  beforeAll(async () => {
    const folder = await temporaryFolder();
    const paths = await writeCases(
      folder.path,
      cases.map(({ family }) => family),
    );
    const argument = JSON.stringify(cases.map(({ precision }, i) => ({ path: paths[i], precision })));
    const env = await gpuEnvironment(console.log);
    const { stdout } = await promisify(execFile)(process.execPath, [child, argument], { env, maxBuffer: 2 ** 28 });
    runs = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    await folder.remove();
  });

  it.each(DEVICE_CASES.map((one, i) => [`${one.family}, ${one.precision}`, one, i] as const))('%s', (_, one, i) => {
    const run = runs[i] as DeviceRun;
    expect(run.device).toBe('webgpu');
    expectReference(run, one);
  });

  it.each(REFUSED.map((one, i) => [one.family, one, DEVICE_CASES.length + i] as const))('leaves %s to the CPU', (_, one, i) => {
    const run = runs[i] as DeviceRun;
    expect(run.device).toBe('cpu');
    expect(run.notes.join()).toContain(one.reason);
    expectReference(run, one);
  });
});
