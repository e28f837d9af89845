import { join } from 'node:path';
import { expect, it } from 'vitest';
import { chooseLowering } from '../../engine/generate/lowering.ts';
import type { DecoderRuntime } from '../../engine/runtime/decoderRuntime.ts';
import { lowerFolder } from '../support/engine.ts';
import { FAMILIES, tinyModel } from '../support/families/families.ts';
import { writeHuggingFaceFolder } from '../support/families/write.ts';
import { logitsOf } from '../support/logitsOf.ts';
import { folderForAll } from '../support/testFolders.ts';
import { relativeError } from './compare.ts';
import { PROMPT } from './families/prompt.ts';
import { ReferenceDecoder } from './families/reference.ts';

const WINDOW = 256;
const TOKENS = PROMPT.slice(0, 60);
const BOUND = 1e-4;

/** How large models are lowered: small ones, as in other tests, have a graph of their own for prefill. */
const LARGE = chooseLowering('cpu', 'float32', { floatBytes: Infinity });

/** Tokens of each run: many, few, and one after the other. */
const RUNS = [[60], [1, 16, 1, 1, 40, 1], [2, 3, 15, 17, 1, 9, 13]];

const folder = folderForAll();

it.each(FAMILIES)('a graph with attention for few tokens and for many is that of the family: $name', async (family) => {
  const path = join(folder.path, family.name);
  const model = tinyModel(family);
  await writeHuggingFaceFolder(path, family, model);
  const truth = ReferenceDecoder.logits(model, TOKENS, { window: WINDOW });
  const runtime = await lowerFolder(path, LARGE);
  for (const counts of RUNS) {
    for (const [row, logits] of await logitsBehind(runtime, counts)) {
      expect.soft(relativeError(logits, truth[row] as Float64Array), `runs of ${counts}: ${row + 1} tokens`).toBeLessThan(BOUND);
    }
  }
  await runtime.dispose();
});

/** Logits of the last token of each run. */
async function logitsBehind(runtime: DecoderRuntime, counts: readonly number[]): Promise<[row: number, Float32Array][]> {
  const cache = runtime.newCache({ window: WINDOW });
  const found: [number, Float32Array][] = [];
  for (const count of counts) {
    const ids = TOKENS.slice(cache.length, cache.length + count);
    const logits = await logitsOf(runtime, { ids, rows: [count - 1] }, cache);
    found.push([cache.length - 1, logits]);
  }
  return found;
}
