import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { secondsOf } from '../../engine/generate/deviceRecords.ts';
import type { AutoRun } from '../browser/autoRun.ts';
import { writeCases } from '../browser/deviceCases.ts';
import { gpuEnvironment } from '../browser/nativeGpu.ts';
import { temporaryFolder } from '../support/modelFolder.ts';
import { writeSeq2seq } from '../support/onnxSeq2seq.ts';

const child = fileURLToPath(new URL('../browser/autoRun.ts', import.meta.url));

describe('auto, where there is a GPU', () => {
  let runs: AutoRun[] = [];
  const measuring = [
    ...['probe trying', 'probe forgotten'],
    ...['cpu trying', 'cpu measured', 'webgpu trying', 'webgpu measured'],
  ];

  beforeAll(async () => {
    const folder = await temporaryFolder();
    const [path] = await writeCases(folder.path, ['LLaMA 2 (grouped queries)']);
    const pair = join(folder.path, 'pair');
    await writeSeq2seq(pair, true);
    const env = await gpuEnvironment(console.log);
    const { stdout } = await promisify(execFile)(process.execPath, [child, path as string, pair], { env });
    runs = JSON.parse(stdout);
    await folder.remove();
  });

  it('measures the model on each device, and takes the faster one', () => {
    const { device, notes, written, records } = runs[0] as AutoRun;
    expect(written.slice(0, 6)).toEqual(measuring);
    const [onCpu, onGpu] = [secondsOf(records.cpu), secondsOf(records.webgpu)] as [number, number];
    expect(device).toBe(onCpu <= onGpu ? 'cpu' : 'webgpu');
    expect(notes.join('\n')).toMatch(/native library [\d.]+ s, WebGPU [\d.]+ s/);
  });

  it('measures an encoder–decoder, too: an input, and the answer', () => {
    const { written, records } = runs[5] as AutoRun;
    expect(written.slice(0, 6)).toEqual(measuring);
    expect([records.cpu, records.webgpu].map(secondsOf)).toEqual([expect.any(Number), expect.any(Number)]);
  });

  it('remembers the measurements', () => {
    const { device, written } = runs[1] as AutoRun;
    expect(device).toBe(runs[0]?.device);
    const loading = ['probe trying', 'probe forgotten', 'webgpu trying', 'webgpu measured'];
    expect(written).toEqual(device === 'webgpu' ? loading : []);
  });

  it('tries a device once more after an attempt that did not end', () => {
    expect(runs[2]?.written.slice(0, 6)).toEqual(measuring);
    expect(runs[2]?.notes.join('\n')).not.toContain('WebGPU is not used');
  });

  it('does not try a device after two attempts that did not end', () => {
    const { device, notes, written } = runs[3] as AutoRun;
    expect(written).toEqual(['cpu trying', 'cpu measured']);
    expect(device).toBe('cpu');
    expect(notes.join('\n')).toContain('WebGPU is not used');
  });

  it('measures again for another precision', () => {
    expect(runs[4]?.written.slice(0, 6)).toEqual(measuring);
  });
});
