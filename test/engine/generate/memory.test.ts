import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { isPaddockError, type PaddockError } from '../../../engine/errors.ts';
import type { ConversionStore } from '../../../engine/generate/conversion.ts';
import { describeModel } from '../../../engine/generate/describe.ts';
import { checkMemory, decoderMemory, type MemoryEstimate, openingWindow } from '../../../engine/generate/memory.ts';
import { findFamily } from '../../../engine/model/families/families.ts';
import { Fields } from '../../../engine/model/fields.ts';
import { parseConfig } from '../../../engine/model/parseConfig.ts';
import { openNodeModel } from '../../../engine/storage/nodeModel.ts';
import { openFolder } from '../../support/engine.ts';
import { writeHollowGguf } from '../../support/ggufModels.ts';
import { type LlamaShape, TINY_SHAPES } from '../../support/llama.ts';
import { folderForAll } from '../../support/testFolders.ts';
import { minimalConfig } from '../model/minimalConfig.ts';

const estimate = (window: number): MemoryEstimate => ({
  window,
  weightBytes: 1000,
  cacheBytes: window,
  workingBytes: 24,
  totalBytes: 1024 + window,
});

function refusal(window: number, limit: number): PaddockError | undefined {
  try {
    checkMemory(estimate(window), limit, estimate);
    return undefined;
  } catch (error) {
    if (isPaddockError(error, 'not-enough-memory')) return error;
    throw error;
  }
}

describe('a limit', () => {
  it('that suffices causes no error', () => {
    expect(refusal(4096, 1024 + 4096)).toBeUndefined();
    expect(() => checkMemory(estimate(2 ** 40), undefined, estimate)).not.toThrow();
  });

  it('that does not suffice is reported with the largest window that fits, which then is accepted', () => {
    for (const limit of [1024 + 256, 1024 + 1000, 1024 + 4095]) {
      const largest = refusal(4096, limit)?.facts.largestWindow ?? -1;
      expect(largest).toBe(256 * Math.floor((limit - 1024) / 256));
      expect(refusal(largest, limit)).toBeUndefined();
    }
    expect(refusal(4096, 2048)?.message).toContain('A window of 1024 tokens fits');
  });

  it('that the weights alone exceed is reported as such', () => {
    expect(refusal(4096, 500)).toMatchObject({
      facts: { largestWindow: 0 },
      message: expect.stringContaining('weights alone do not fit'),
    });
    expect(refusal(4096, 1100)).toMatchObject({
      facts: { largestWindow: 0 },
      message: expect.stringContaining('Not even a window of 256 tokens fits'),
    });
  });
});

describe('the window that a model is opened with', () => {
  const open = (window: number, memory: number, shrinks: boolean) => openingWindow(8192, { window, memory, shrinks }, estimate);

  it('is the one that is asked for, up to the one it was trained with', () => {
    for (const shrinks of [false, true]) {
      expect([open(1000, 1024 + 1000, shrinks), open(0, 2 ** 20, shrinks), open(2 ** 20, 2 ** 20, shrinks)]).toEqual([
        1000, 8192, 8192,
      ]);
    }
  });

  it('is the largest that fits, where it may shrink; else that is an error', () => {
    expect(open(4096, 1024 + 1000, true)).toBe(768);
    expect(() => open(4096, 1024 + 1000, false)).toThrow('A window of 768 tokens fits');
    expect(() => open(4096, 500, true)).toThrow('weights alone do not fit');
  });
});

describe('the estimate', () => {
  const config = parseConfig(new Fields(minimalConfig, 'config.json'), findFamily('modelTypes', 'llama', 'config.json'));
  const weights = { bytes: 2 ** 28, largest: 2 ** 26, multiplied: { floatBytes: 2 ** 27, scaleBytes: 2 ** 20 } };

  it('never falls with a larger window, and eventually grows with it', () => {
    let before = 0;
    for (const window of [1, 256, 1000, 4096, 131_072]) {
      const { totalBytes, weightBytes, cacheBytes, workingBytes } = decoderMemory(config, weights, window);
      expect(totalBytes).toBe(weightBytes + cacheBytes + workingBytes);
      expect(workingBytes).toBeGreaterThan(0);
      expect(totalBytes).toBeGreaterThanOrEqual(before);
      before = totalBytes;
    }
    expect(before).toBeGreaterThan(2 * decoderMemory(config, weights, 256).totalBytes);
  });

  it('on WebAssembly counts what the heap holds twice, and the weights outside it while loading', () => {
    const wasm = decoderMemory(config, weights, 256, 'wasm');
    expect(wasm.weightBytes).toBe(2 ** 28 + 2 ** 27);
    expect(wasm.totalBytes).toBeGreaterThan(2 * 2 ** 28 + 2 ** 27);
  });
});

/** Its weights would be 55 GB, but the file contains none. */
const HUGE: LlamaShape = {
  ...TINY_SHAPES['MHA, head size 16'],
  vocabulary: 32_000,
  hidden: 8192,
  layers: 32,
  heads: 64,
  kvHeads: 8,
  headSize: 128,
  feedForward: 28_672,
  context: 131_072,
};

describe('a model that does not fit', () => {
  const folder = folderForAll();
  let path: string;
  beforeAll(async () => {
    path = join(folder.path, 'huge.gguf');
    await writeHollowGguf(path, HUGE, 'huge');
  });

  const never: ConversionStore = {
    convert: () => Promise.reject(new Error('Converted in spite of the limit.')),
  };

  it('is refused before any weight is read, converted or loaded, with a smaller window if one fits', async () => {
    const { memory } = await describeModel(await openNodeModel(path));
    const [small, large] = [memory[0] as MemoryEstimate, memory.at(-1) as MemoryEstimate];
    expect(large.window).toBe(HUGE.context);
    const before = process.resourceUsage().maxRSS;
    for (const [limit, fits] of [
      [2 ** 30, 0],
      [small.totalBytes, small.window],
    ] as const) {
      const opening = openFolder(path, { memory: limit, conversions: never });
      await expect(opening).rejects.toMatchObject({ code: 'not-enough-memory', facts: { largestWindow: fits } });
    }
    expect(1024 * (process.resourceUsage().maxRSS - before)).toBeLessThan(100 * 2 ** 20);
  });
});
