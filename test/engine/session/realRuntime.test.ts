import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LanguageModel } from '../../../engine/generate/model.ts';
import { Session } from '../../../engine/session/session.ts';
import { relativeError } from '../../numerics/compare.ts';
import { freshLogits, openFolder, openLlama } from '../../support/engine.ts';
import { familyOf, tinyModel } from '../../support/families/families.ts';
import type { Family } from '../../support/families/family.ts';
import { writeHuggingFaceFolder } from '../../support/families/write.ts';
import { randomLlama, TINY_SHAPES } from '../../support/llama.ts';
import { temporaryFolder } from '../../support/modelFolder.ts';
import { Random } from '../../support/random.ts';

const shape = TINY_SHAPES['GQA 4/2, tied head, 3 layers'];
const prompt = new Random(131).tokens(300, shape.vocabulary);

/** Float32 sums in another order differ by less than this. */
const ROUNDING = 1e-5;

describe('branches on the real runtime', () => {
  let model: LanguageModel;
  beforeAll(async () => {
    model = await openLlama(randomLlama(shape, 133), { precision: 'float32' });
  });
  afterAll(() => model.dispose());

  it('give the logits of fresh sessions, also after one is kept', async () => {
    const ways = Array.from({ length: 4 }, (_, i) => new Random(140 + i).tokens(3 + i, shape.vocabulary));
    const session = model.newSession();
    await session.sync(prompt);
    const branches = await session.fork(ways.length, 8);
    expect(branches.together).toBe(true);
    for (let step = 0; step < 6; step++) {
      const logits = await branches.step(ways.map((way) => way[step]));
      for (const [i, way] of ways.entries()) {
        if (step < way.length) expectClose(logits[i]?.logits, await freshLogits(model, [...prompt, ...way.slice(0, step + 1)]));
      }
    }
    await branches.keep(2);
    const kept = [...prompt, ...(ways[2] as number[]), 7];
    const { logits, reused } = await session.sync(kept);
    expect(reused).toBe(kept.length - 1);
    expectClose(logits, await freshLogits(model, kept));
  });

  it('steps of several tokens give the logits of single ones, and can be rewound', async () => {
    const session = model.newSession();
    await session.sync(prompt);
    const [, , third] = await session.steps([5, 6, 7]);
    expectClose(third?.logits, await freshLogits(model, [...prompt, 5, 6, 7]));
    session.rewind(2);
    expectClose(await session.step(9), await freshLogits(model, [...prompt, 5, 9]));
    session.rewind(100);
    const shorter = [...session.tokens];
    await session.step(3);
    expectClose(await session.step(4), await freshLogits(model, [...shorter, 3, 4]));
  });
});

/** In a single layer keys depend on their own tokens only, so computing the visible tokens from scratch gives the exact result. */
function oneLayer(name: string, config: object = {}): Family {
  const family = familyOf(name);
  const structure = { ...family.structure, layers: 1 };
  return { ...family, structure, config: { ...family.config, num_hidden_layers: 1, ...config } };
}

describe.each([
  ['', oneLayer('LLaMA 2 (grouped queries)')],
  [' in a layer with a rotary base of its own', oneLayer('Gemma 3')],
  [' in a layer that is not rotated', oneLayer('SmolLM3', { no_rope_layers: [0], layer_types: ['full_attention'] })],
])('a sliding window on the real runtime%s', (_, family) => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let model: LanguageModel;
  beforeAll(async () => {
    folder = await temporaryFolder();
    await writeHuggingFaceFolder(folder.path, family, tinyModel(family));
    model = await openFolder(folder.path, { precision: 'float32' });
  });
  afterAll(async () => {
    await model.dispose();
    await folder.remove();
  });

  it('gives, after many slides, the logits of the visible tokens computed from scratch', async () => {
    const session = new Session(model.runtime, { window: 64, sinks: 4 });
    const { vocabulary } = family.structure;
    await session.sync(new Random(131).tokens(300, vocabulary));
    for (let i = 0; i < 150; i++) {
      const logits = await session.step((i * 37) % vocabulary);
      if (i % 10 === 0) expectClose(logits, await freshLogits(model, session.visible));
    }
    expect(session.tokens.length).toBe(450);
    expect(session.visible.length).toBeLessThanOrEqual(64);
  });
});

function expectClose(values: Float32Array | undefined, truth: Float32Array): void {
  expect(relativeError(values ?? [], truth)).toBeLessThan(ROUNDING);
}
