import { expect, it } from 'vitest';
import { tokenizerOf } from '../../../engine/generate/tokenizerOf.ts';
import { memoryFolder } from '../../support/memoryFolder.ts';
import { tokenizerJson } from '../../support/modelFolder.ts';

it("a tokenizer with far fewer tokens than its model is not the model's", async () => {
  const folder = memoryFolder({ 'tokenizer.json': tokenizerJson(300) });
  const open = (vocabularySize: number) => tokenizerOf({ kind: 'folder', path: 'memory', folder }, undefined, vocabularySize);
  expect((await open(320)).size).toBe(300);
  await expect(open(32_000)).rejects.toMatchObject({
    code: 'bad-model',
    message: expect.stringContaining('has 300 tokens, the model 32000'),
  });
});
