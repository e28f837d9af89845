import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { continueText } from '../../../engine/generate/continueText.ts';
import { loadLanguageModel } from '../../../engine/generate/languageModel.ts';
import type { LanguageModel } from '../../../engine/generate/model.ts';
import { textLoss } from '../../../engine/generate/perplexity.ts';
import { untilEnd } from '../../../engine/generate/streamText.ts';
import { openNodeModel } from '../../../engine/storage/nodeModel.ts';
import { argMax } from '../../numerics/compare.ts';
import { t5Logits } from '../../numerics/families/referenceT5.ts';
import { T5_FAMILIES, tinyT5 } from '../../support/families/t5.ts';
import { writeFolder } from '../../support/families/write.ts';
import { tokenizerJson } from '../../support/modelFolder.ts';
import { folderForAll } from '../../support/testFolders.ts';

describe('an encoder–decoder', () => {
  const family = T5_FAMILIES[1] as (typeof T5_FAMILIES)[number];
  const t5 = tinyT5(family);
  const folder = folderForAll();
  let model: LanguageModel;

  beforeAll(async () => {
    const path = join(folder.path, 't5');
    await writeFolder(path, family.config, t5.tensors);
    await writeFile(join(path, 'tokenizer.json'), JSON.stringify(tokenizerJson(t5.structure.vocabulary)));
    const loaded = await loadLanguageModel(await openNodeModel(path), { device: 'cpu', threads: 1, precision: 'float32' });
    // Its weights are random, so no end token in its output is meant as one.
    model = { ...loaded, stopTokens: new Set() };
  });
  afterAll(() => model.dispose());

  it('reads a prompt as its input, and continues the answer', async () => {
    const input = model.tokenizer.encode('const x = 1;');
    const answer = [model.config.answerStart as number];
    while (answer.length < 7) answer.push(argMax(t5Logits(t5, input, answer).at(-1) as Float64Array));
    const request = {
      prompt: 'const x = 1;',
      maxTokens: 6,
      sampling: { temperature: 0, topK: 0, topP: 1, seed: 0, alternatives: 1 },
    };
    const { tokens } = await untilEnd(continueText(model, model.newSession(), request));
    expect(tokens?.map(({ token }) => token)).toEqual(answer.slice(1));
    expect(new Set(answer).size).toBeGreaterThan(2);
  });

  it('cannot predict a text from left to right', async () => {
    await expect(textLoss(model, model.newSession(), 'const x = 1;')).rejects.toMatchObject({ code: 'bad-request' });
  });
});
