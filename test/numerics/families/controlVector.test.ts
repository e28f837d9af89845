import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { steeringOf } from '../../../engine/generate/directions.ts';
import { loadDecoder } from '../../../engine/generate/languageModel.ts';
import type { Decoder } from '../../../engine/generate/model.ts';
import type { ControlVector } from '../../../engine/model/gguf/controlVector.ts';
import { encodeControlVector } from '../../../engine/model/gguf/encodeControlVector.ts';
import { readDirections } from '../../../engine/storage/directions.ts';
import { openNodeModel } from '../../../engine/storage/nodeModel.ts';
import { logitsOf } from '../../support/logitsOf.ts';
import { folderForAll } from '../../support/testFolders.ts';
import { relativeError } from '../compare.ts';
import { readGolden, STRIDE, TAKEN, TOKENS, writeSteeredModel } from './controlVector.ts';

const BOUND = 1e-4;
const WINDOW = 256;

describe('a file of directions', () => {
  const folder = folderForAll();
  let engine: Decoder;
  let vector: ControlVector;

  beforeAll(async () => {
    const path = join(folder.path, 'model.gguf');
    await writeSteeredModel(path);
    engine = await loadDecoder(await openNodeModel(path), {
      threads: 1,
      window: WINDOW,
      device: 'cpu',
      precision: 'float32',
    });
    vector = await readDirections(TAKEN);
  });

  afterAll(() => engine.dispose());

  it('is written as llama.cpp took it, byte for byte', async () => {
    expect(Buffer.from(encodeControlVector(vector))).toEqual(await readFile(TAKEN));
  });

  it('steers here as it steers llama.cpp', async () => {
    const { logits } = await readGolden();
    for (const coefficient of [0, 1, -0.5]) {
      expect.soft(relativeError(await steered(vector, coefficient), expected(logits, coefficient))).toBeLessThan(BOUND);
    }
  });

  it('steers otherwise behind any other layer', async () => {
    const { logits } = await readGolden();
    const [one, two] = [...vector.directions.values()];
    for (const layers of [
      [0, 2],
      [2, 3],
      [1, 2],
    ] as const) {
      const directions = new Map([
        [layers[0], one as Float32Array],
        [layers[1], two as Float32Array],
      ]);
      expect(relativeError(await steered({ ...vector, directions }, 1), expected(logits, 1))).toBeGreaterThan(10 * BOUND);
    }
  });

  /** Logits after the last token, of every {@link STRIDE}th token. */
  async function steered(from: ControlVector, coefficient: number): Promise<Float32Array> {
    const steering = steeringOf(from, engine.config, { mode: 'add', coefficient });
    const cache = engine.runtime.newCache({ window: WINDOW, steering });
    const logits = await logitsOf(engine.runtime, { ids: TOKENS, rows: [TOKENS.length - 1] }, cache);
    return logits.filter((_, i) => i % STRIDE === 0);
  }
});

function expected(logits: Readonly<Record<string, readonly number[]>>, coefficient: number): Float64Array {
  return Float64Array.from(logits[String(coefficient)] ?? []);
}
