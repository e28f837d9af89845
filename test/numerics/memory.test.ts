import { join } from 'node:path';
import { expect, it } from 'vitest';
import { defaultModel } from '../support/defaultModel.ts';
import { writeHollowGguf, writeLargeGguf } from '../support/ggufModels.ts';
import { LLAMA_110M, type LlamaShape } from '../support/llama.ts';
import { folderForAll } from '../support/testFolders.ts';
import { MEDIUM, measureConversion, measureMemory } from './memory.ts';

/** More cases are in MEMORY.md. */
const BOUND = 0.15;

const folder = folderForAll();

const CASES: readonly [string, LlamaShape | undefined, number][] = [
  ['the default model', undefined, 1024],
  ['110 million weights', LLAMA_110M, 1536],
  ['a large vocabulary', { ...MEDIUM, layers: 8 }, 256],
];

it.each(CASES)('the memory of a model is within 15 % of the estimate: %s', async (name, shape, window) => {
  const path = shape ? join(folder.path, `${name}.gguf`) : defaultModel;
  if (shape) await writeLargeGguf(path, shape, name, 'Q4_0');
  const { estimate, measuredBytes } = await measureMemory(path, window, join(folder.path, 'conversions'));
  expect(estimate.window).toBe(window);
  expect(Math.abs(estimate.totalBytes - measuredBytes) / measuredBytes, `${measuredBytes} bytes`).toBeLessThan(BOUND);
});

it('a conversion has only pieces of its model in memory', async () => {
  const path = join(folder.path, 'hollow.gguf');
  await writeHollowGguf(path, LLAMA_110M, 'hollow');
  const bytes = await measureConversion(path, join(folder.path, 'conversions'));
  expect(bytes).toBeGreaterThan(0);
  // The file has 250 MB; as float32 it would have 500.
  expect(bytes).toBeLessThan(150 * 2 ** 20);
});
