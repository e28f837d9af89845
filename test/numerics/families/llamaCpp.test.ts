import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FAMILIES, tinyModel } from '../../support/families/families.ts';
import { writeGgufModel } from '../../support/families/write.ts';
import { LlamaCppModel } from '../../support/llamaCpp.ts';
import { folderForAll } from '../../support/testFolders.ts';
import { relativeError } from '../compare.ts';
import { LENGTHS, PROMPT } from './prompt.ts';
import { ReferenceDecoder } from './reference.ts';

const BOUND = 1e-4;

/** Two truths that know nothing of each other; the engine is held against both. */
describe('llama.cpp and the float64 reference agree', () => {
  const folder = folderForAll();

  it.each(FAMILIES.filter(({ gguf }) => gguf))('$name', async (family) => {
    const model = tinyModel(family);
    const path = join(folder.path, `${family.name}.gguf`);
    await writeGgufModel(path, family, model);
    const llamaCpp = await LlamaCppModel.open(path, model.structure.context);
    const seen = { ...model, structure: { ...model.structure, ...family.gguf?.says, ...family.gguf?.llamaCpp } };
    const truth = ReferenceDecoder.logits(seen, PROMPT, { coarseGelu: true });
    for (const length of LENGTHS) {
      const logits = await llamaCpp.logits(PROMPT.slice(0, length));
      expect.soft(relativeError(logits, truth[length - 1] as Float64Array), `${length} tokens`).toBeLessThan(BOUND);
    }
    await llamaCpp.dispose();
  });
});
