import { join } from 'node:path';
import { expect, it } from 'vitest';
import { defaultModel } from '../support/defaultModel.ts';
import { writeHollowGguf, writeLargeGguf } from '../support/ggufModels.ts';
import { writeLargeOnnx, writeLargeOnnxPair, writeLargeT5 } from '../support/largeModels.ts';
import { LLAMA_110M, type LlamaShape } from '../support/llama.ts';
import { folderForAll } from '../support/testFolders.ts';
import { MEDIUM, measureConversion, measureMemory } from './memory.ts';

/** More cases are in MEMORY.md. */
const BOUND = 0.15;

const folder = folderForAll();

const gguf = (shape: LlamaShape) => (path: string) => writeLargeGguf(path, shape, 'large', 'Q4_0');

const CASES: readonly [string, readonly number[], ((path: string) => Promise<void>)?][] = [
  ['the default model', [1024]],
  ['110 million weights.gguf', [1536], gguf(LLAMA_110M)],
  ['a large vocabulary.gguf', [256], gguf({ ...MEDIUM, layers: 8 })],
  ['an ONNX folder', [1024, 2048], (path) => writeLargeOnnx(path, 'q4', { layers: 6 })],
  ['an ONNX folder with an encoder', [1536], writeLargeOnnxPair],
  ['an encoder–decoder', [512, 1536, 2048], writeLargeT5],
];

it.each(CASES)('the memory of a model is within 15 % of the estimate: %s', async (name, windows, write) => {
  const path = write ? join(folder.path, name) : defaultModel;
  await write?.(path);
  for (const window of windows) {
    const { estimate, measuredBytes } = await measureMemory(path, window, join(folder.path, 'conversions'));
    expect(estimate.window).toBe(window);
    expect(Math.abs(estimate.totalBytes - measuredBytes) / measuredBytes, `${measuredBytes} bytes`).toBeLessThan(BOUND);
  }
});

it('a conversion has only pieces of its model in memory', async () => {
  const path = join(folder.path, 'hollow.gguf');
  await writeHollowGguf(path, LLAMA_110M, 'hollow');
  const bytes = await measureConversion(path, join(folder.path, 'conversions'));
  expect(bytes).toBeGreaterThan(0);
  // The file has 250 MB; as float32 it would have 500.
  expect(bytes).toBeLessThan(150 * 2 ** 20);
});
