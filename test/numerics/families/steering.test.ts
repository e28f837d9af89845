import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadDecoder } from '../../../engine/generate/languageModel.ts';
import type { Decoder, LoadOptions } from '../../../engine/generate/model.ts';
import type { Steering } from '../../../engine/runtime/steering.ts';
import { FolderConversions } from '../../../engine/storage/conversions.ts';
import { openNodeModel } from '../../../engine/storage/nodeModel.ts';
import { FAMILIES, familyOf, tinyModel } from '../../support/families/families.ts';
import type { TinyModel } from '../../support/families/parts.ts';
import { writeGgufModel, writeHuggingFaceFolder } from '../../support/families/write.ts';
import { folderForAll } from '../../support/testFolders.ts';
import { relativeError } from '../compare.ts';
import { PROMPT } from './prompt.ts';
import { ReferenceDecoder } from './reference.ts';
import { roundedModel } from './rounded.ts';
import { residuals, someDirections, steeredLogits } from './steered.ts';

const BOUND = 1e-4;
const WINDOW = 256;
/** What directions change at least, ten times what the engine is allowed. */
const NOTICEABLE = 10 * BOUND;
const TOKENS = PROMPT.slice(5, 25);
/** Two runs, the second behind a cache. */
const [FIRST, ROWS] = [14, [0, 5]];

const folder = folderForAll();
let models = 0;

const waysOf = (model: TinyModel): Steering[] => {
  const directions = someDirections(model);
  return [
    { mode: 'add', coefficient: -0.6, directions },
    { mode: 'project', coefficient: 0.8, directions },
  ];
};

/** Every operator that steering stands between: norms of both kinds, norms after, multipliers, experts, slopes, learned positions. */
const SOME = ['Qwen3', 'GPT-2', 'Granite', 'Gemma 2', 'Mixtral', 'BLOOM'].map(familyOf);

describe.each([
  ['the native CPU', { device: 'cpu', precision: 'float32' }, FAMILIES],
  ['the native CPU, 4-bit blocks', { device: 'cpu', precision: 'exact' }, SOME],
  ['WebAssembly', { device: 'wasm' }, SOME],
] as const)('steered on %s', (_, options, families) => {
  it.each(families)('$name has the logits and the residual stream of the float64 reference', async (family) => {
    const path = join(folder.path, `${family.name} ${++models}`);
    const exact = tinyModel(family);
    await writeHuggingFaceFolder(path, family, exact);
    const model = 'precision' in options && options.precision === 'exact' ? roundedModel(exact) : exact;
    const engine = await load(path, options);
    const plain = ReferenceDecoder.logits(model, TOKENS, { window: WINDOW });
    for (const steering of waysOf(exact)) {
      const name = `${steering.mode} ${steering.coefficient}`;
      const truth = steeredLogits(model, TOKENS, steering, WINDOW);
      const logits = await logitsOf(engine, steering);
      const changes = ROWS.map((row) => relativeError(truth[FIRST + row] as Float64Array, plain[FIRST + row] as Float64Array));
      expect.soft(Math.max(...changes), name).toBeGreaterThan(NOTICEABLE);
      for (const [i, row] of ROWS.entries()) {
        const expected = truth[FIRST + row] as Float64Array;
        expect.soft(relativeError(logits[i] as Float32Array, expected), `${name}, ${row}`).toBeLessThan(BOUND);
      }
    }
    const cache = engine.runtime.newCache({ window: WINDOW });
    await engine.runtime.run({ ids: TOKENS.slice(0, FIRST), rows: [0] }, cache);
    const found = await engine.runtime.observe?.({ ids: TOKENS.slice(FIRST), rows: ROWS }, cache);
    const streams = residuals(
      model,
      TOKENS,
      ROWS.map((row) => FIRST + row),
      WINDOW,
    );
    expect.soft(relativeError(found ?? [], streams), 'residual stream').toBeLessThan(BOUND);
    await engine.dispose();
  });
});

describe('steering a decoder', () => {
  const family = familyOf('Qwen3');
  const model = tinyModel(family);
  let engine: Decoder;

  beforeAll(async () => {
    const path = join(folder.path, 'one');
    await writeHuggingFaceFolder(path, family, model);
    const conversions = new FolderConversions(join(folder.path, 'conversions'));
    engine = await load(path, { device: 'cpu', conversions });
  });

  afterAll(() => engine.dispose());

  it.each(['cpu', 'wasm'] as const)(
    'is bit for bit the model at coefficient 0 on %s, with and without the steered graph open',
    async (device) => {
      const on = device === 'cpu' ? engine : await load(join(folder.path, 'one'), { device });
      const directions = someDirections(model);
      const plain = await logitsOf(on);
      for (const mode of ['add', 'project'] as const) {
        expect(await logitsOf(on, { mode, coefficient: 0, directions })).toEqual(plain);
        expect(await logitsOf(on, { mode, coefficient: 1, directions })).not.toEqual(plain);
        expect(await logitsOf(on, { mode, coefficient: 0, directions })).toEqual(plain);
        // What the steered graph itself makes of next to nothing.
        expect(await logitsOf(on, { mode, coefficient: 1e-38, directions })).toEqual(plain);
      }
      if (on !== engine) await on.dispose();
    },
  );

  it('holds for one timeline: others over the model stay as they are', async () => {
    const directions = someDirections(model);
    const steering: Steering = { mode: 'add', coefficient: 1, directions };
    const [alone, plain] = [await logitsOf(engine, steering), await logitsOf(engine)];
    const caches = [engine.runtime.newCache({ window: WINDOW, steering }), engine.runtime.newCache({ window: WINDOW })];
    for (const cache of caches) await engine.runtime.run({ ids: TOKENS.slice(0, FIRST), rows: [0] }, cache);
    const rest = { ids: TOKENS.slice(FIRST), rows: ROWS };
    const [steered, other] = await Promise.all(caches.map((cache) => engine.runtime.run(rest, cache)));
    expect(steered?.map(({ logits }) => logits)).toEqual(alone);
    expect(other?.map(({ logits }) => logits)).toEqual(plain);
  });

  it('observes again after what that took was given back', async () => {
    const once = await observed();
    await engine.runtime.endObserving?.();
    expect(await observed()).toEqual(once);
    const steering: Steering = { mode: 'add', coefficient: 1, directions: someDirections(model) };
    const cache = engine.runtime.newCache({ window: WINDOW, steering });
    await expect(engine.runtime.observe?.({ ids: [1], rows: [0] }, cache)).rejects.toMatchObject({ code: 'bad-request' });
  });

  it('refuses directions of another model, and numbers that are none', () => {
    const session = (directions: Float32Array, coefficient = 1) =>
      engine.newSession({ steering: { mode: 'add', coefficient, directions } });
    expect(() => session(new Float32Array(7).fill(1))).toThrow(/this model has 2 layers of 64/);
    expect(() => session(someDirections(model), Number.NaN)).toThrow(/finite/);
    expect(() => session(someDirections(model).fill(Number.POSITIVE_INFINITY))).toThrow(/finite/);
  });

  it('works from a GGUF file, and refuses one that has changed since', async () => {
    const path = join(folder.path, 'model.gguf');
    await writeGgufModel(path, family, model);
    const steering: Steering = { mode: 'project', coefficient: 1, directions: someDirections(model) };
    const truth = steeredLogits(model, TOKENS, steering, WINDOW)[FIRST] as Float64Array;
    const conversions = new FolderConversions(join(folder.path, 'conversions'));
    for (const store of [{}, { conversions }]) {
      const file = await load(path, { device: 'cpu', precision: 'float32', ...store });
      expect(relativeError((await logitsOf(file, steering))[0] as Float32Array, truth)).toBeLessThan(BOUND);
      await file.dispose();
      const changing = await load(path, { device: 'cpu', precision: 'float32', ...store });
      const gains = [...model.parts].map(([name, tensor]) =>
        name.endsWith('Norm.weight')
          ? ([name, { ...tensor, data: tensor.data.map((x) => x + 1) }] as const)
          : ([name, tensor] as const),
      );
      await writeGgufModel(path, family, { ...model, parts: new Map(gains) });
      await expect(logitsOf(changing, steering)).rejects.toThrow(/has changed/);
      await changing.dispose();
      await writeGgufModel(path, family, model);
    }
  });

  async function observed(): Promise<Float32Array | undefined> {
    return engine.runtime.observe?.({ ids: TOKENS, rows: [3] }, engine.runtime.newCache({ window: WINDOW }));
  }
});

async function load(path: string, options: Pick<LoadOptions, 'device' | 'precision' | 'conversions'>): Promise<Decoder> {
  return loadDecoder(await openNodeModel(path), { threads: 1, window: WINDOW, ...options });
}

/** Logits of {@link ROWS}, `[vocabulary]` each. */
async function logitsOf(engine: Decoder, steering?: Steering): Promise<Float32Array[]> {
  const cache = engine.runtime.newCache({ window: WINDOW, ...(steering && { steering }) });
  await engine.runtime.run({ ids: TOKENS.slice(0, FIRST), rows: [0] }, cache);
  const rows = await engine.runtime.run({ ids: TOKENS.slice(FIRST), rows: ROWS }, cache);
  return rows.map(({ logits }) => logits);
}
