import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { convertInMemory } from '../../engine/generate/conversion.ts';
import { buildDecoder } from '../../engine/graph/decoder.ts';
import { whyNotWebGpu } from '../../engine/graph/groupQueryAttention.ts';
import { Names } from '../../engine/graph/names.ts';
import { openFolderCheckpoint } from '../../engine/model/checkpoint.ts';
import type { DecoderConfig } from '../../engine/model/config.ts';
import { Fields } from '../../engine/model/fields.ts';
import { readJson } from '../../engine/model/json.ts';
import { loadBackend } from '../../engine/runtime/backend.ts';
import { loadImage } from '../../engine/runtime/decoderImage.ts';
import { Feeds } from '../../engine/runtime/feeds.ts';
import type { Tensor } from '../../engine/runtime/ort.ts';
import { RotaryTables } from '../../engine/runtime/rotary.ts';
import { type Steering, steeringRows } from '../../engine/runtime/steering.ts';
import { openNodeFolder } from '../../engine/storage/nodeFolder.ts';
import { FAMILIES, familyOf, tinyModel } from '../support/families/families.ts';
import type { Family } from '../support/families/family.ts';
import { writeHuggingFaceFolder } from '../support/families/write.ts';
import { folderForAll } from '../support/testFolders.ts';
import { relativeError } from './compare.ts';
import { PROMPT } from './families/prompt.ts';
import { ReferenceDecoder } from './families/reference.ts';
import { roundedModel } from './families/rounded.ts';
import { someDirections, steeredLogits } from './families/steered.ts';
import { GPU_FORMATS } from './quantized.ts';

// onnxruntime-node takes float16 from JavaScript only where that has no type for it.
vi.hoisted(() => vi.stubGlobal('Float16Array', undefined));

const WINDOW = 256;
const TOKENS = PROMPT.slice(0, 60);
const CAPACITY = 64;
const ROWS = [0, 17, 59];

/** Float16 has a precision of 2⁻¹¹, which accumulates over two or three layers. */
const BOUNDS = { float32: 1e-4, float16: 1e-2 };

/**
 * The graph for WebGPU on the CPU's kernels, which implement all of it: tests its structure for every family, and float16 without a GPU.
 */
describe('the graph for WebGPU, on the CPU', () => {
  const folder = folderForAll();

  it.each(FAMILIES)('$name', async (family) => {
    const path = join(folder.path, family.name);
    const model = tinyModel(family);
    await writeHuggingFaceFolder(path, family, model);
    const truth = ReferenceDecoder.logits(roundedModel(model, GPU_FORMATS), TOKENS, { window: WINDOW });
    for (const type of ['float32', 'float16'] as const) {
      const logits = await run(path, family, type);
      if (logits === undefined) continue;
      for (const [i, row] of ROWS.entries()) {
        const found = logits.subarray(i * model.structure.vocabulary, (i + 1) * model.structure.vocabulary);
        expect.soft(relativeError(found, truth[row] as Float64Array), `${type}, ${row + 1} tokens`).toBeLessThan(BOUNDS[type]);
      }
    }
  });

  it.each(['Qwen3', 'GPT-2', 'Granite'].map(familyOf))('$name, steered', async (family) => {
    const path = join(folder.path, `${family.name}, steered`);
    const exact = tinyModel(family);
    await writeHuggingFaceFolder(path, family, exact);
    const model = roundedModel(exact, GPU_FORMATS);
    const directions = someDirections(exact);
    for (const steering of [
      { mode: 'add', coefficient: -0.6, directions },
      { mode: 'project', coefficient: 0.8, directions },
    ] as const) {
      const truth = steeredLogits(model, TOKENS, steering, WINDOW);
      for (const type of ['float32', 'float16'] as const) {
        const logits = (await run(path, family, type, steering)) as Float32Array;
        for (const [i, row] of ROWS.entries()) {
          const found = logits.subarray(i * model.structure.vocabulary, (i + 1) * model.structure.vocabulary);
          const name = `${steering.mode}, ${type}, ${row + 1} tokens`;
          expect.soft(relativeError(found, truth[row] as Float64Array), name).toBeLessThan(BOUNDS[type]);
        }
      }
    }
  });
});

/** @returns undefined for a family that WebGPU cannot run */
async function run(
  path: string,
  family: Family,
  type: 'float32' | 'float16',
  steering?: Steering,
): Promise<Float32Array | undefined> {
  const folder = await openNodeFolder(path);
  const { config, weights, source } = await openFolderCheckpoint(folder, new Fields(await readJson(folder, 'config.json'), path));
  const { attentionSoftcap, positions, experts } = family.structure;
  const isPossible = attentionSoftcap === undefined && positions.kind !== 'alibi' && experts === undefined;
  expect(whyNotWebGpu(config) === undefined).toBe(isPossible);
  if (!isPossible) {
    await source.close();
    return undefined;
  }
  const format = ({ bits, blockSize }: { bits: 4 | 8; blockSize: 32 }) => ({ kind: 'blocks', bits, blockSize }) as const;
  const lowering = {
    linear: format(GPU_FORMATS.linear),
    head: format(GPU_FORMATS.head),
    embedding: format(GPU_FORMATS.embedding),
    accuracy: 'exact',
    kernels: 'webgpu',
    halfPrecision: type === 'float16',
  } as const;
  const graph = await buildDecoder(config, weights, lowering, steering ? 'steered' : 'plain');
  const image = await convertInMemory(graph, {});
  await source.close();
  const { ort } = await loadBackend('cpu', 1);
  const session = await loadImage(image, ort, { intraOpNumThreads: 1 });
  const cache = (): Tensor => {
    const dims = [1, config.kvHeads, CAPACITY, config.headSize];
    const size = CAPACITY * config.kvHeads * config.headSize;
    return type === 'float16'
      ? new ort.Tensor(type, new Uint16Array(size), dims)
      : new ort.Tensor(type, new Float32Array(size), dims);
  };
  const make = new Feeds(ort, config);
  const rows = steeringRows(config, steering);
  const outputs = await session.run({ ...feeds(config, make), ...caches(config, cache), ...(rows && make.steering(rows)) });
  await session.release();
  return outputs[Names.logits]?.data as Float32Array;
}

function feeds(config: DecoderConfig, make: Feeds): Record<string, Tensor> {
  const tables = config.positions.kind === 'rotary' ? new RotaryTables(config.positions, WINDOW) : undefined;
  const inputs = {
    [Names.ids]: make.int64(TOKENS, [1, TOKENS.length]),
    [Names.rows]: make.int64(ROWS),
    [Names.last]: make.int32([TOKENS.length - 1]),
    [Names.total]: make.int32([TOKENS.length], []),
  };
  make.positions(inputs, [...TOKENS.keys()], tables);
  return inputs;
}

function caches({ layers }: DecoderConfig, cache: () => Tensor): Record<string, Tensor> {
  const entries = Array.from({ length: layers }, (_, layer) => [
    [Names.pastKey(layer), cache()],
    [Names.pastValue(layer), cache()],
  ]);
  return Object.fromEntries(entries.flat());
}
