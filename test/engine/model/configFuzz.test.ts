import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chooseLowering } from '../../../engine/generate/lowering.ts';
import { openGgufEncoderDecoder } from '../../../engine/generate/openEncoderDecoder.ts';
import { openModel } from '../../../engine/generate/openModel.ts';
import { buildDecoder } from '../../../engine/graph/decoder.ts';
import { type Checkpoint, openFolderCheckpoint, openGgufCheckpoint } from '../../../engine/model/checkpoint.ts';
import { Fields } from '../../../engine/model/fields.ts';
import { type GgufFile, openGguf } from '../../../engine/model/gguf/gguf.ts';
import { openSafetensorsFolder } from '../../../engine/model/safetensorsFolder.ts';
import { KvCache } from '../../../engine/runtime/kvCache.ts';
import { FAMILIES, tinyModel } from '../../support/families/families.ts';
import type { Family } from '../../support/families/family.ts';
import { spell } from '../../support/families/spelling.ts';
import { T5_FAMILIES, tinyT5, writeT5Gguf } from '../../support/families/t5.ts';
import { writeGgufModel } from '../../support/families/write.ts';
import { FUZZ_CASES, fileOf, fuzz, spoilJson } from '../../support/fuzz.ts';
import { memoryFolder } from '../../support/memoryFolder.ts';
import { gptqFile } from '../../support/packedWeights.ts';
import { encodeSafetensors } from '../../support/safetensors.ts';
import { folderForAll } from '../../support/testFolders.ts';

/** Cases for each family, of which there are many. */
const CASES = Math.ceil(FUZZ_CASES / 12);

const WINDOW = 256;

const folder = folderForAll();

const folderOf = (weights: Buffer, config?: string) => memoryFolder({ 'config.json': config, 'model.safetensors': weights });

/** The steps of loading a checkpoint, up to the runtime. */
async function use({ config, weights }: Checkpoint): Promise<void> {
  await buildDecoder(config, weights, chooseLowering('cpu'));
  const cache = new KvCache(config, { window: Math.min(WINDOW, config.contextLength) });
  cache.tables?.rows([0, WINDOW - 1]);
}

const fields = (config: unknown) => new Fields(JSON.parse(JSON.stringify(config ?? null)) ?? {}, 'config.json');

describe('a config.json with spoiled fields is read or refused', () => {
  it.each(FAMILIES)('$name', async (family) => {
    const weights = encodeSafetensors(spell(tinyModel(family), family.huggingFace));
    await use(await openFolderCheckpoint(folderOf(weights), fields(family.config)));
    const result = await fuzz(
      31,
      (random) => spoilJson(family.config, random),
      async (config) => use(await openFolderCheckpoint(folderOf(weights), fields(config))),
      CASES,
    );
    expect(result.opened).toBeGreaterThan(0);
    expect(result.refused).toBeGreaterThan(0);
  });

  it.each(T5_FAMILIES)('$name', async (family) => {
    const weights = encodeSafetensors(tinyT5(family).tensors);
    const result = await fuzz(
      32,
      (random) => spoilJson(family.config, random),
      async (config) => {
        const text = JSON.stringify(config) ?? '';
        const model = await openModel({ kind: 'folder', path: 'memory', folder: folderOf(weights, text) });
        await model.memory(WINDOW);
        await model.roundingError();
        await model.close();
      },
      CASES,
    );
    expect(result.refused).toBeGreaterThan(0);
  });
});

it('an activation named like a property of every object is refused', async () => {
  const [family] = FAMILIES;
  const weights = encodeSafetensors(spell(tinyModel(family as Family), (family as Family).huggingFace));
  for (const name of ['__proto__', 'constructor', 'toString']) {
    const opening = openFolderCheckpoint(folderOf(weights), fields({ ...family?.config, hidden_act: name }));
    await expect(opening).rejects.toMatchObject({ code: 'unsupported-model' });
  }
});

/** Sizes and counts; nothing may be allocated by them before the tensors have been checked. */
const ABSURD = [1e9, 2 ** 31, 2 ** 40, Number.MAX_SAFE_INTEGER];

describe('an absurd size in a config.json is refused at once', () => {
  it.each(FAMILIES)('$name', async (family) => {
    const weights = encodeSafetensors(spell(tinyModel(family), family.huggingFace));
    const { text_config: part } = family.config;
    const text = (part ?? family.config) as typeof family.config;
    const sizes = Object.entries(text).filter(([, value]) => Number.isInteger(value) && (value as number) > 0);
    const cases = sizes.flatMap(([name]) =>
      ABSURD.map((size) => {
        const spoiled = { ...text, [name]: size };
        return part ? { ...family.config, text_config: spoiled } : spoiled;
      }),
    );
    let at = 0;
    const result = await fuzz(
      33,
      () => cases[at++],
      async (config) => use(await openFolderCheckpoint(folderOf(weights), fields(config))),
      cases.length,
    );
    // Layers, hidden size, its parts and vocabulary at least.
    expect(result.refused).toBeGreaterThanOrEqual(4 * ABSURD.length);
  });
});

describe("a GGUF file's hyperparameters, spoiled, are read or refused", () => {
  it.each(FAMILIES.filter(({ gguf }) => gguf))('$name', async (family) => {
    const path = join(folder.path, 'model.gguf');
    await writeGgufModel(path, family, tinyModel(family));
    const source = await openGguf(fileOf(await readFile(path)));
    const own = [...source.metadata.values].filter(([key]) => !key.startsWith('tokenizer.'));
    const plain = Object.fromEntries(own.map(([key, value]) => [key, plainOf(value)]));
    const result = await fuzz(
      34,
      (random) => spoilJson(plain, random),
      async (values) => use(await openGgufCheckpoint(withMetadata(source, values))),
      CASES,
    );
    expect(result.opened).toBeGreaterThan(0);
    expect(result.refused).toBeGreaterThan(0);
  });
});

describe("a T5 GGUF file's hyperparameters, spoiled, are read or refused", () => {
  it.each(T5_FAMILIES)('$name', async (family) => {
    const path = join(folder.path, 't5.gguf');
    await writeT5Gguf(path, tinyT5(family));
    const source = await openGguf(fileOf(await readFile(path)));
    const own = [...source.metadata.values].filter(([key]) => !key.startsWith('tokenizer.'));
    const plain = Object.fromEntries(own.map(([key, value]) => [key, plainOf(value)]));
    const result = await fuzz(
      35,
      (random) => spoilJson(plain, random),
      async (values) => {
        const spoiled = withMetadata(source, values);
        const model = openGgufEncoderDecoder({ kind: 'file', path, file: fileOf(new Uint8Array()) }, spoiled);
        await model.memory(WINDOW);
        await model.roundingError();
      },
      CASES,
    );
    expect(result.opened).toBeGreaterThan(0);
    expect(result.refused).toBeGreaterThan(0);
  });
});

it('a quantize_config.json with spoiled fields is read or refused', async () => {
  const { file, config } = gptqFile({ rows: 64, columns: 64, groupSize: 32, seed: 1 });
  const result = await fuzz(
    36,
    (random) => spoilJson(config, random),
    async (values) => {
      const weights = await openSafetensorsFolder(memoryFolder({ 'model.safetensors': file, 'quantize_config.json': values }));
      for (const name of weights.names) await weights.read(name);
    },
  );
  expect(result.opened).toBeGreaterThan(0);
  expect(result.refused).toBeGreaterThan(0);
});

/** Arrays of numbers as JSON has them. */
function plainOf(value: unknown): unknown {
  return ArrayBuffer.isView(value) ? Array.from(value as Float32Array) : value;
}

/** The same tensors with other metadata. */
function withMetadata(source: GgufFile, values: unknown): GgufFile {
  const { path, files, names } = source;
  const own = new Map(Object.entries(values ?? {}));
  const metadata = { values: own, get: (key: string) => own.get(key) };
  const tensors = {
    has: (name: string) => source.has(name),
    shape: (name: string) => source.shape(name),
    storedAs: (name: string) => source.storedAs(name),
    read: (...request: Parameters<GgufFile['read']>) => source.read(...request),
    blocks: (...request: Parameters<GgufFile['blocks']>) => source.blocks(...request),
    blockForm: (name: string) => source.blockForm(name),
  };
  return { path, files, names, metadata, ...tensors } as unknown as GgufFile;
}
