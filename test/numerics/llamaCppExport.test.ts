import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultModel } from '../support/defaultModel.ts';
import { writeDefaultModelAsGguf } from '../support/ggufModels.ts';
import { mixedTexts } from '../support/mixedTexts.ts';
import { Random } from '../support/random.ts';
import { readSources } from '../support/sources.ts';
import { folderForAll } from '../support/testFolders.ts';
import { agreement } from './llamaCppExport.ts';

describe('the default model as a GGUF file in llama.cpp', () => {
  const folder = folderForAll();

  it('has the tokens and the greedy continuations of its folder in the engine', { timeout: 180_000 }, async () => {
    const path = join(folder.path, 'default.gguf');
    await writeDefaultModelAsGguf(path, defaultModel, 'F32');
    const sources = readSources('engine').map(({ text }) => text);
    const texts = [...sources, ...mixedTexts(new Random(6), 100)];
    const prompts = sources.slice(0, 20).map((text, i) => text.slice(0, 60 + 20 * i));
    const found = await agreement(defaultModel, path, texts, prompts, 24);
    expect(found.texts).toBeGreaterThan(200);
    expect(found).toMatchObject({ differentTokens: [], sameFromGguf: found.texts, sameContinuations: 20, infill: true });
    expect(found.relativeError).toBeLessThan(1e-4);
  });
});
