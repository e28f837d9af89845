import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadDecoder } from '../../../engine/generate/languageModel.ts';
import type { InputAnswerRuntime } from '../../../engine/runtime/inputAnswerRuntime.ts';
import { openNodeModel } from '../../../engine/storage/nodeModel.ts';
import { FAMILIES, tinyModel } from '../../support/families/families.ts';
import { T5_FAMILIES, tinyT5 } from '../../support/families/t5.ts';
import { writeFolder, writeHuggingFaceFolder } from '../../support/families/write.ts';
import { logitsOf } from '../../support/logitsOf.ts';
import { folderForAll } from '../../support/testFolders.ts';
import { relativeError } from '../compare.ts';
import { PROMPT, SOURCE } from './prompt.ts';
import { ReferenceDecoder } from './reference.ts';
import { t5Logits } from './referenceT5.ts';

const BOUND = 1e-4;
const WINDOW = 256;

/** WebAssembly has kernels of its own for half of the operators. */
describe('on WebAssembly', () => {
  const folder = folderForAll();

  it.each(FAMILIES)('$name has the logits of the float64 reference', async (family) => {
    const path = join(folder.path, family.name);
    const model = tinyModel(family);
    await writeHuggingFaceFolder(path, family, model);
    const engine = await loadDecoder(await openNodeModel(path), { device: 'wasm', threads: 1, window: WINDOW });
    expect(engine.device).toBe('wasm');

    const truth = ReferenceDecoder.logits(model, PROMPT.slice(0, 60), { window: WINDOW });
    const cache = engine.runtime.newCache({ window: WINDOW });
    await engine.runtime.run({ ids: PROMPT.slice(0, 50), rows: [49] }, cache);
    const logits = await logitsOf(engine.runtime, { ids: PROMPT.slice(50, 60), rows: [0, 9] }, cache);
    const size = model.structure.vocabulary;
    expect(relativeError(logits.subarray(0, size), truth[50] as Float64Array)).toBeLessThan(BOUND);
    expect(relativeError(logits.subarray(size), truth[59] as Float64Array)).toBeLessThan(BOUND);
    await engine.dispose();
  });

  it.each(T5_FAMILIES)('$name has the logits of the float64 reference', async (family) => {
    const path = join(folder.path, family.name);
    const model = tinyT5(family);
    await writeFolder(path, family.config, model.tensors);
    const engine = await loadDecoder(await openNodeModel(path), { device: 'wasm', threads: 1 });
    const answer = await (engine.runtime as InputAnswerRuntime).pair.encode(SOURCE);
    const cache = answer.newCache();
    await answer.run({ ids: PROMPT.slice(0, 19), rows: [18] }, cache);
    const logits = await logitsOf(answer, { ids: PROMPT.slice(19, 20), rows: [0] }, cache);
    const truth = t5Logits(model, SOURCE, PROMPT.slice(0, 20)).at(-1) as Float64Array;
    expect(relativeError(logits, truth)).toBeLessThan(BOUND);
    await engine.dispose();
  });
});
