import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadDecoder } from '../../../engine/generate/languageModel.ts';
import type { Decoder } from '../../../engine/generate/model.ts';
import { openNodeModel } from '../../../engine/storage/nodeModel.ts';
import { relativeError } from '../../numerics/compare.ts';
import { t5Logits } from '../../numerics/families/referenceT5.ts';
import { T5_FAMILIES, tinyT5 } from '../../support/families/t5.ts';
import { writeFolder } from '../../support/families/write.ts';
import { folderForAll } from '../../support/testFolders.ts';

/** Tokens of an input, which the start token is not one of, and of an answer after it. */
const INPUT = [17, 4, 99, 23, 150, 7, 31];
const ANSWER = [12, 60, 200];

describe('an encoder–decoder as one timeline', () => {
  const family = T5_FAMILIES[0] as (typeof T5_FAMILIES)[number];
  const t5 = tinyT5(family);
  const folder = folderForAll();
  let engine: Decoder;
  let start: number;

  beforeAll(async () => {
    const path = join(folder.path, 't5');
    await writeFolder(path, family.config, t5.tensors);
    engine = await loadDecoder(await openNodeModel(path), { device: 'cpu', threads: 1, precision: 'float32' });
    start = engine.config.answerStart as number;
  });
  afterAll(() => engine.dispose());

  const truth = (input: readonly number[], answer: readonly number[]) => t5Logits(t5, input, answer).at(-1) as Float64Array;

  it('reads the input at the start token, and goes on with the answer', async () => {
    const session = engine.newSession();
    const first = await session.sync([...INPUT, start]);
    expect(relativeError(first.logits, truth(INPUT, [start]))).toBeLessThan(1e-4);
    expect(relativeError(await session.step(ANSWER[0] as number), truth(INPUT, [start, ANSWER[0] as number]))).toBeLessThan(1e-4);
  });

  it('keeps the encoded input while the answer changes, and reads a changed input anew', async () => {
    const session = engine.newSession();
    await session.sync([...INPUT, start, 5, 6]);
    const other = await session.sync([...INPUT, start, ...ANSWER]);
    expect(other.reused).toBe(INPUT.length + 1);
    expect(relativeError(other.logits, truth(INPUT, [start, ...ANSWER]))).toBeLessThan(1e-4);
    const changed = [...INPUT.slice(0, 4), 77];
    const anew = await session.sync([...changed, start]);
    expect(anew.reused).toBe(4);
    expect(relativeError(anew.logits, truth(changed, [start]))).toBeLessThan(1e-4);
  });
});
