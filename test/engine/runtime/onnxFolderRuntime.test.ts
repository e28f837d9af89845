import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadBackend } from '../../../engine/runtime/backend.ts';
import { OnnxFolderRuntime } from '../../../engine/runtime/onnx/onnxFolderRuntime.ts';
import { relativeError } from '../../numerics/compare.ts';
import { openGraphs } from '../../support/engine.ts';
import { logitsOf } from '../../support/logitsOf.ts';
import { temporaryFolder } from '../../support/modelFolder.ts';
import { type DecoderOptions, groupQueryDecoder, plainDecoder, tinyConfig } from '../../support/onnxDecoder.ts';
import { genaiConfig } from '../../support/onnxGenai.ts';
import { TINY_ONNX } from '../../support/onnxGraphWriter.ts';
import { Random } from '../../support/random.ts';

const ids = new Random(4).tokens(20, TINY_ONNX.vocabulary);
const rows = (...wanted: number[]) => ({ ids, rows: wanted });

async function load(
  decoder: typeof plainDecoder,
  options: Partial<DecoderOptions> = {},
  device: 'cpu' | 'wasm' = 'cpu',
): Promise<OnnxFolderRuntime> {
  const { path, remove } = await temporaryFolder();
  try {
    await decoder({ name: 'model.onnx', seed: 6, ...options }).write(path);
    await writeFile(join(path, 'config.json'), JSON.stringify(tinyConfig('llama')));
    if (decoder === groupQueryDecoder) await writeFile(join(path, 'genai_config.json'), JSON.stringify(genaiConfig()));
    return await OnnxFolderRuntime.create(await openGraphs(path, device), await loadBackend(device, 1), 1);
  } finally {
    await remove();
  }
}

const GRAPHS: readonly [string, typeof plainDecoder, Partial<DecoderOptions>][] = [
  ['genai', groupQueryDecoder, { parts: 2 }],
  ['float16 cache', groupQueryDecoder, { halves: true }],
  ['plain operators', plainDecoder, { positions: true }],
  ['last logits only', plainDecoder, { lastOnly: true }],
  ['number of logits told', plainDecoder, { keeps: true }],
  ['no cache', plainDecoder, { cacheless: true }],
];

describe('OnnxFolderRuntime', () => {
  it.each(GRAPHS)('gives the same logits in one run, in pieces, and after a cut: %s', async (_, decoder, options) => {
    const runtime = await load(decoder, options);
    const bound = options.halves ? 5e-3 : 1e-5;
    const cache = runtime.newCache();
    const truth = await logitsOf(runtime, rows(19, 2, 12), cache);
    expect(truth).toHaveLength(3 * TINY_ONNX.vocabulary);
    expect(cache.length).toBe(20);
    expect(cache.bytes).toBe(20 * runtime.cacheBytesPerToken);
    for (const length of [19, 7, 1, 0]) {
      cache.truncate(length);
      const rest = { ids: ids.slice(length), rows: [19 - length] };
      expect(relativeError(await logitsOf(runtime, rest, cache), truth.subarray(0, TINY_ONNX.vocabulary))).toBeLessThan(bound);
    }
    const stepwise = runtime.newCache();
    for (const id of ids.slice(0, 12)) await runtime.run({ ids: [id], rows: [] }, stepwise);
    const last = await logitsOf(runtime, { ids: ids.slice(12, 13), rows: [0] }, stepwise);
    expect(relativeError(last, truth.subarray(2 * TINY_ONNX.vocabulary))).toBeLessThan(bound);
    await runtime.dispose();
  });

  it.each(GRAPHS)('gives the same on WebAssembly: %s', async (_, decoder, options) => {
    const [native, wasm] = [await load(decoder, options), await load(decoder, options, 'wasm')];
    const truth = await logitsOf(native, rows(3, 19), native.newCache());
    expect(relativeError(await logitsOf(wasm, rows(3, 19), wasm.newCache()), truth)).toBeLessThan(5e-3);
    await native.dispose();
    await wasm.dispose();
  });

  it('refuses what the graph cannot do, and leaves the cache as it was', async () => {
    const runtime = await load(plainDecoder);
    const cache = runtime.newCache({ window: 22 });
    const truth = await logitsOf(runtime, rows(19), cache);
    for (const batch of [
      { ids: [1, 2, 3], rows: [2] },
      { ids: [TINY_ONNX.vocabulary], rows: [0] },
      { ids: [], rows: [] },
      { ids: [1], rows: [1] },
      { ids: [1], rows: [0], positions: [5] },
      { ids: [1], rows: [0], sees: [[{ start: 0, end: 3 }]] },
    ]) {
      await expect(runtime.run(batch, cache)).rejects.toMatchObject({ code: 'bad-request' });
    }
    expect(() => cache.discard()).toThrow(expect.objectContaining({ code: 'bad-request' }));
    expect(() => cache.keep([{ start: 1, end: 3 }])).toThrow(expect.objectContaining({ code: 'bad-request' }));
    expect(cache.length).toBe(20);
    cache.keep([{ start: 0, end: 19 }]);
    expect(relativeError(await logitsOf(runtime, { ids: ids.slice(19), rows: [0] }, cache), truth)).toBeLessThan(1e-5);
    cache.dispose();
    expect(cache.bytes).toBe(0);
    await runtime.dispose();
  });
});
