/** Runs models on the native WebGPU provider, in a process whose environment names the adapter. Arguments and output are JSON. */
import { isPaddockError } from '../../engine/errors.ts';
import type { Precision } from '../../engine/generate/lowering.ts';
import type { Decoder } from '../../engine/generate/model.ts';
import { openNodeModel } from '../../engine/storage/nodeModel.ts';
import { PROMPT } from '../numerics/families/prompt.ts';
import { runOnDevice } from './deviceSuite.ts';

const open: Decoder[] = [];
const cases: { path: string; precision: Precision; steers?: true; tokens?: readonly number[] }[] = JSON.parse(
  process.argv[2] ?? '[]',
);
for (const { path, tokens = PROMPT, ...options } of cases) {
  const location = await openNodeModel(path);
  const run = await runOnDevice(location, tokens, { device: 'webgpu', threads: 1, ...options }, open).catch((error) => {
    if (!isPaddockError(error)) throw error;
    return { code: error.code, message: error.message };
  });
  process.stdout.write(`${JSON.stringify(run)}\n`);
}
for (const decoder of open) await decoder.dispose();
