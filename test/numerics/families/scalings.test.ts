import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadDecoder } from '../../../engine/generate/languageModel.ts';
import type { Decoder } from '../../../engine/generate/model.ts';
import type { RopeScaling } from '../../../engine/model/config.ts';
import { openNodeModel } from '../../../engine/storage/nodeModel.ts';
import { familyOf, tinyModel } from '../../support/families/families.ts';
import { type Rotary, rotary, type Scaling } from '../../support/families/structure.ts';
import { writeHuggingFaceFolder } from '../../support/families/write.ts';
import { logitsOf } from '../../support/logitsOf.ts';
import { temporaryFolder } from '../../support/modelFolder.ts';
import { relativeError } from '../compare.ts';
import { PROMPT } from './prompt.ts';
import { ReferenceDecoder } from './reference.ts';
import { frequencies } from './rotaryReference.ts';

const BOUND = 1e-4;
const WINDOW = 200;
const LISTS = { short: [1, 1, 1.1, 1.2, 1.4, 1.7, 2, 2.5], long: [1.1, 1.4, 2, 3, 5, 9, 16, 30] };

/** Every scaling, in the engine's words and in those of the reference. */
const SCALINGS: readonly (readonly [RopeScaling, Partial<Rotary>])[] = [
  [{ kind: 'none' }, {}],
  [{ kind: 'base', base: 5e5 }, { base: 5e5 }],
  [{ kind: 'linear', factor: 3 }, scaling({ type: 'linear', factor: 3 })],
  [{ kind: 'ntk', factor: 3 }, scaling({ type: 'ntk', factor: 3 })],
  [{ kind: 'dynamic', factor: 2, original: 64 }, scaling({ type: 'dynamic', factor: 2, original: 64 })],
  [{ kind: 'dynamic', factor: 2, original: 512 }, scaling({ type: 'dynamic', factor: 2, original: 512 })],
  [
    { kind: 'yarn', factor: 8, original: 100, betaFast: 16, betaSlow: 2, attentionFactor: 0.1 * Math.log(8) + 1, truncate: true },
    scaling({ type: 'yarn', factor: 8, original: 100, fast: 16, slow: 2 }),
  ],
  [
    { kind: 'llama3', factor: 8, original: 100, lowFrequencyFactor: 1, highFrequencyFactor: 4 },
    scaling({ type: 'llama3', factor: 8, original: 100, low: 1, high: 4 }),
  ],
  [
    { kind: 'longrope', ...LISTS, original: 100, attentionFactor: Math.sqrt(1 + Math.log(4) / Math.log(100)) },
    scaling({ type: 'longrope', ...LISTS, original: 100, stretched: 400 }),
  ],
  [
    { kind: 'longrope', ...LISTS, original: 300, attentionFactor: Math.sqrt(1 + Math.log(2) / Math.log(300)) },
    scaling({ type: 'longrope', ...LISTS, original: 300, stretched: 600 }),
  ],
  [{ kind: 'xpos', scaleBase: 64 }, scaling({ type: 'xpos', scaleBase: 64 })],
];

describe('one loaded model, its positions scaled anew by each cache', () => {
  const family = familyOf('LLaMA 2 (grouped queries)');
  const model = tinyModel(family);
  let engine: Decoder;

  beforeAll(async () => {
    const folder = await temporaryFolder();
    const path = join(folder.path, 'model');
    await writeHuggingFaceFolder(path, family, model);
    engine = await loadDecoder(await openNodeModel(path), { device: 'cpu', threads: 1, precision: 'float32' });
    await folder.remove();
  });

  afterAll(() => engine?.dispose());

  it.each(SCALINGS)('%j', async (own, differences) => {
    const structure = { ...model.structure, positions: rotary(16, differences) };
    const truth = ReferenceDecoder.logits({ ...model, structure }, PROMPT, { window: WINDOW });
    const cache = engine.runtime.newCache({ window: WINDOW, scaling: own });
    const prefill = PROMPT.slice(0, 100);
    await engine.runtime.run({ ids: prefill, rows: [prefill.length - 1] }, cache);
    for (const [i, id] of PROMPT.slice(100).entries()) {
      const logits = await logitsOf(engine.runtime, { ids: [id], rows: [0] }, cache);
      expect.soft(relativeError(logits, truth[100 + i] as Float64Array), `position ${100 + i}`).toBeLessThan(BOUND);
    }
    cache.dispose();
  });
});

describe('the reference where no peer has the formula', () => {
  const plain = frequencies(rotary(16), WINDOW).perPair;

  it('NTK-aware scaling keeps the fastest frequency and divides the slowest by the factor', () => {
    const { perPair } = frequencies(rotary(16, scaling({ type: 'ntk', factor: 5 })), WINDOW);
    expect(perPair[0]).toBe(plain[0]);
    expect(perPair.at(-1)).toBeCloseTo((plain.at(-1) as number) / 5, 12);
  });

  it('xPos makes scores depend on distance only, however far both tokens are', () => {
    const model = tinyModel(familyOf('LLaMA 2 (grouped queries)'));
    const pair = PROMPT.slice(0, 2);
    // A window of two tokens: what comes before it cannot matter, so the same pair gives the same logits anywhere.
    const positions = rotary(16, scaling({ type: 'xpos', scaleBase: 32 }));
    const windowed = { ...model, structure: { ...model.structure, layers: 1, positions, window: { size: 2, layers: [0] } } };
    const near = ReferenceDecoder.logits(windowed, pair).at(-1) as Float64Array;
    const far = ReferenceDecoder.logits(windowed, [...PROMPT.slice(0, 60), ...pair]).at(-1) as Float64Array;
    expect(relativeError(far, near)).toBeLessThan(1e-9);
  });
});

function scaling(value: Scaling): Partial<Rotary> {
  return { scaling: value };
}
