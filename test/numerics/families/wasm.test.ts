import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadDecoder } from '../../../engine/generate/languageModel.ts';
import { openNodeModel } from '../../../engine/storage/nodeModel.ts';
import { FAMILIES, tinyModel } from '../../support/families/families.ts';
import { writeHuggingFaceFolder } from '../../support/families/write.ts';
import { temporaryFolder } from '../../support/modelFolder.ts';
import { relativeError } from '../compare.ts';
import { PROMPT } from './prompt.ts';
import { ReferenceDecoder } from './reference.ts';

const BOUND = 1e-4;
const WINDOW = 256;

/** WebAssembly has kernels of its own for half of the operators. */
describe('on WebAssembly', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  beforeAll(async () => {
    folder = await temporaryFolder();
  });
  afterAll(() => folder.remove());

  it.each(FAMILIES)('$name has the logits of the float64 reference', async (family) => {
    const path = join(folder.path, family.name);
    const model = tinyModel(family);
    await writeHuggingFaceFolder(path, family, model);
    const engine = await loadDecoder(await openNodeModel(path), { device: 'wasm', threads: 1, window: WINDOW });
    expect(engine.device).toBe('wasm');

    const truth = ReferenceDecoder.logits(model, PROMPT.slice(0, 60), { window: WINDOW });
    const cache = engine.runtime.newCache({ window: WINDOW });
    await engine.runtime.run({ ids: PROMPT.slice(0, 50), rows: [49] }, cache);
    const logits = await engine.runtime.run({ ids: PROMPT.slice(50, 60), rows: [0, 9] }, cache);
    const size = model.structure.vocabulary;
    expect(relativeError(logits.subarray(0, size), truth[50] as Float64Array)).toBeLessThan(BOUND);
    expect(relativeError(logits.subarray(size), truth[59] as Float64Array)).toBeLessThan(BOUND);
    await engine.dispose();
  });
});
