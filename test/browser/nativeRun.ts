/** Runs models on the native WebGPU provider, in a process whose environment names the adapter. Arguments and output are JSON. */
import type { Precision } from '../../engine/generate/lowering.ts';
import type { Decoder } from '../../engine/generate/model.ts';
import { openNodeModel } from '../../engine/storage/nodeModel.ts';
import { PROMPT } from '../numerics/families/prompt.ts';
import { runOnDevice } from './deviceSuite.ts';

const open: Decoder[] = [];
const cases: { path: string; precision: Precision; steers?: true }[] = JSON.parse(process.argv[2] ?? '[]');
for (const { path, ...options } of cases) {
  const run = await runOnDevice(await openNodeModel(path), PROMPT, { device: 'webgpu', threads: 1, ...options }, open);
  process.stdout.write(`${JSON.stringify(run)}\n`);
}
for (const decoder of open) await decoder.dispose();
