import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { isPaddockError } from '../../../engine/errors.ts';
import { DataType, OnnxGraph } from '../../../engine/graph/onnx.ts';
import { openOnnxFolder } from '../../../engine/model/onnx/folder.ts';
import { readSkeleton } from '../../../engine/model/onnx/skeleton.ts';
import { chooseVariant, type VariantName } from '../../../engine/model/onnx/variants.ts';
import { openNodeFolder } from '../../../engine/storage/nodeFolder.ts';
import { fileOf, fuzz, spoilBytes, spoilJson } from '../../support/fuzz.ts';
import { memoryFolder } from '../../support/memoryFolder.ts';
import { temporaryFolder } from '../../support/modelFolder.ts';
import { groupQueryDecoder, plainDecoder, tinyConfig } from '../../support/onnxDecoder.ts';
import { genaiConfig } from '../../support/onnxGenai.ts';
import { TINY_ONNX } from '../../support/onnxGraphWriter.ts';

const opened: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const remove of opened.splice(0)) await remove();
});

/** A folder with these files; values other than strings are written as JSON. */
async function folderOf(files: Readonly<Record<string, unknown>>): Promise<string> {
  const { path, remove } = await temporaryFolder();
  opened.push(remove);
  for (const [name, content] of Object.entries(files)) {
    const isRaw = typeof content === 'string' || content instanceof Uint8Array;
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeFile(join(path, name), isRaw ? content : JSON.stringify(content));
  }
  return path;
}

const open = async (path: string) => {
  const model = await openOnnxFolder(await openNodeFolder(path));
  if (!model) throw new Error('There is no graph.');
  return model;
};

/** A graph of one tensor that lies in another file. */
function external(location: string, offset = 0, bytes = 8): Uint8Array {
  const graph = new OnnxGraph();
  const ids = graph.input('input_ids', DataType.int64, [1, 'tokens']);
  const table = graph.external('table', DataType.float32, [2], location, offset, bytes);
  graph.output(graph.node('Gather', [table, ids]), 'logits', DataType.float32, [1, 'tokens', 2]);
  return graph.encode();
}

describe('openOnnxFolder', () => {
  it('finds every form of a graph, and says what the model is', async () => {
    const path = await folderOf({
      'config.json': tinyConfig('llama', { eos_token_id: 2 }),
      'generation_config.json': { eos_token_id: [2, 7] },
    });
    await groupQueryDecoder({ name: 'onnx/model_q4f16.onnx', seed: 1, parts: 3, halves: true, positions: true }).write(path);
    await plainDecoder({ name: 'onnx/model.onnx', seed: 1 }).write(path);
    const model = await open(path);
    expect(model.layout).toBe('transformers.js');
    expect(model.kind).toBe('decoder');
    expect(model.variants.map(({ name }) => name)).toEqual(['fp32', 'q4f16']);
    expect(model.settings).toMatchObject({ family: 'llama', contextLength: 128, vocabularySize: 96, eosTokenIds: [2, 7] });

    const variant = model.variants.find(({ name }) => name === 'q4f16');
    if (!variant) throw new Error('missing');
    const graphs = await model.read(variant);
    expect(graphs.layers).toBe(2);
    expect(graphs.storedAs).toBe('4-bit blocks of 32');
    const { vocabulary, hidden, layers, heads, kvHeads, headSize, feedForward } = TINY_ONNX;
    const layer = 2 * hidden + (2 * heads + 2 * kvHeads) * headSize * hidden + 2 * hidden * feedForward;
    expect(graphs.parameters).toBe(2 * vocabulary * hidden + hidden + layers * layer);
    expect(graphs.decoder.external.map(({ inFolder }) => inFolder)).toEqual(
      ['', '_1', '_2'].map((part) => `onnx/model_q4f16.onnx_data${part}`),
    );
    expect(graphs.decoder.io.states).toHaveLength(4);
    expect(graphs.decoder.io.states[0]).toEqual({
      slot: '0.key',
      input: 'past_key_values.0.key',
      output: 'present.0.key',
      type: 'float16',
      shape: [1, 2, 0, 16],
      axis: 2,
      cross: false,
    });
  });

  it('reads genai_config.json, with names of its own', async () => {
    const decoder = genaiConfig();
    const path = await folderOf({ 'genai_config.json': decoder });
    await groupQueryDecoder({ name: 'model.onnx', seed: 1 }).write(path);
    const model = await open(path);
    expect(model.layout).toBe('genai');
    expect(model.settings).toMatchObject({
      family: 'phi3',
      contextLength: 128,
      eosTokenIds: [7, 9],
      search: { temperature: 0.7, top_k: 5, do_sample: true },
    });
    expect((await model.read(chooseVariant(model.variants, 'cpu'))).vocabularySize).toBe(96);
  });

  it('counts the bytes of both graphs of a pair in genai_config.json', async () => {
    const config = { model: { decoder: { filename: 'decoder.onnx' }, encoder: { filename: 'encoder.onnx' } } };
    const graphs = { 'decoder.onnx': new Uint8Array(4), 'encoder.onnx': new Uint8Array(8) };
    const [variant] = (await open(await folderOf({ 'genai_config.json': config, ...graphs }))).variants;
    expect(variant?.bytes).toBe(12);
  });

  it.each(['model.onnx_data', 'model.onnx.data', 'any name'])('counts the bytes of weights in %s', async (location) => {
    const graph = external(location, 0, 8);
    const config = { model: { decoder: { filename: 'model.onnx' } } };
    const path = await folderOf({ 'genai_config.json': config, 'model.onnx': graph, [location]: new Uint8Array(4000) });
    const model = await open(path);
    expect((await model.read(chooseVariant(model.variants, 'cpu'))).weightBytes).toBe(graph.length + 4000);
  });

  it('knows the parts of a form before its graph is read', async () => {
    const path = await folderOf({
      'config.json': tinyConfig('llama'),
      'onnx/model.onnx': new Uint8Array(1),
      'onnx/model.onnx.data': new Uint8Array(10),
      'onnx/model_q4.onnx': new Uint8Array(1),
      'onnx/model_q4.onnx_data': new Uint8Array(4),
      'onnx/model_q4.onnx_data_1': new Uint8Array(2),
    });
    expect((await open(path)).variants.map(({ bytes }) => bytes)).toEqual([11, 7]);
  });

  it('without a graph is not taken for an ONNX folder', async () => {
    expect(await openOnnxFolder(await openNodeFolder(await folderOf({ 'config.json': {} })))).toBeUndefined();
  });

  it.each(['../model.onnx', '/etc/model.onnx', 'a\\b.onnx', '..', 'model.bin', ''])(
    'refuses a graph named %j',
    async (filename) => {
      const path = await folderOf({ 'genai_config.json': { model: { decoder: { filename } } } });
      await expect(open(path)).rejects.toSatisfy((error) => isPaddockError(error, 'bad-model'));
    },
  );

  it('prefers the variant that is fast on the device', () => {
    const of = (...names: VariantName[]) => names.map((name) => ({ name, files: { decoder: '' }, bytes: 1e8 }));
    expect(chooseVariant(of('fp32', 'q4f16', 'q4', 'int8'), 'cpu').name).toBe('q4');
    expect(chooseVariant(of('q4f16', 'fp32', 'quantized'), 'cpu').name).toBe('quantized');
    expect(chooseVariant(of('fp32', 'q4f16'), 'cpu').name).toBe('q4f16');
    expect(chooseVariant(of('q4', 'quantized', 'fp32'), 'wasm').name).toBe('fp32');
    expect(chooseVariant([...of('q4', 'quantized'), { name: 'fp32', files: { decoder: '' }, bytes: 3e9 }], 'wasm').name).toBe(
      'quantized',
    );
    expect(chooseVariant(of('q4', 'q4f16'), 'webgpu').name).toBe('q4f16');
    expect(chooseVariant(of('q4', 'q4f16', 'fp16', 'fp32'), 'webgpu', false).name).toBe('q4');
    expect(chooseVariant(of('uint8', 'fp16'), 'webgpu', false).name).toBe('uint8');
    expect(chooseVariant(of('q4f16'), 'webgpu', false).name).toBe('q4f16');
  });
});

describe('tensors in other files', () => {
  const read = async (graph: Uint8Array, files: Readonly<Record<string, unknown>> = {}) => {
    const model = await open(await folderOf({ 'config.json': tinyConfig('llama'), 'onnx/model.onnx': graph, ...files }));
    return model.read(chooseVariant(model.variants, 'cpu'));
  };

  it.each([
    '../config.json',
    '/etc/passwd',
    'a/../../../etc/passwd',
    'sub/weights',
    '..\\config.json',
    'C:weights',
    '..',
    '.',
    '',
    '*/_ORT_MEM_ADDR_/*',
    'weights\0.bin',
  ])('are not read from %j', async (location) => {
    await expect(read(external(location))).rejects.toSatisfy((error) => isPaddockError(error, 'bad-model'));
  });

  it.each([
    ['are there', 0, 8, 8, true],
    ['end with the file', 8, 8, 16, true],
    ['reach beyond the file', 12, 8, 16, false],
    ['say that they are shorter than they are', 0, 4, 4, false],
    ['begin nowhere', -1, 8, 16, false],
    ['are absurdly long', 0, 2 ** 53, 16, false],
  ])('%s', async (_, offset, bytes, size, isRight) => {
    const reading = read(external('weights', offset, bytes), { 'onnx/weights': new Uint8Array(size) });
    if (isRight) expect((await reading).decoder.external).toEqual([{ name: 'weights', inFolder: 'onnx/weights' }]);
    else await expect(reading).rejects.toSatisfy((error) => isPaddockError(error, 'bad-model'));
  });

  it('that are missing are named in the error', async () => {
    await expect(read(external('weights'))).rejects.toSatisfy((error) => isPaddockError(error, 'bad-model'));
  });
});

describe('spoiled input', { timeout: 600_000 }, () => {
  const graph = groupQueryDecoder({ name: 'model.onnx', seed: 1, parts: 1, positions: true }).graph.encode();

  it('is read or refused: graphs', async () => {
    const { opened: read, refused } = await fuzz(
      71,
      (random) => spoilBytes(graph, random),
      (bytes) => readSkeleton(fileOf(bytes)),
    );
    expect(refused).toBeGreaterThan(0);
    expect(read).toBeGreaterThan(0);
  });

  it('is read or refused: configurations', async () => {
    const { opened: read, refused } = await fuzz(
      72,
      (random) => spoilJson(genaiConfig(), random),
      async (config) => {
        const files = { 'genai_config.json': config, 'model.onnx_data': new Uint8Array(2 ** 18), 'model.onnx': graph };
        const model = await openOnnxFolder(memoryFolder(files));
        if (model) await model.read(chooseVariant(model.variants, 'cpu'));
      },
    );
    expect(refused).toBeGreaterThan(0);
    expect(read).toBeGreaterThan(0);
  });

  it('is read or refused: config.json and generation_config.json of Transformers.js', async () => {
    const whole = { config: tinyConfig('llama', { eos_token_id: 2 }), generation: { eos_token_id: [2, 7], temperature: 0.7 } };
    const { opened: read, refused } = await fuzz(
      74,
      (random) => spoilJson(whole, random) as Partial<typeof whole> | null,
      async (spoiled) => {
        const files = { 'config.json': spoiled?.config, 'generation_config.json': spoiled?.generation };
        const graphs = { 'onnx/model.onnx_data': new Uint8Array(2 ** 18), 'onnx/model.onnx': graph };
        const model = await openOnnxFolder(memoryFolder({ ...files, ...graphs }));
        if (model) await model.read(chooseVariant(model.variants, 'cpu'));
      },
    );
    expect(refused).toBeGreaterThan(0);
    expect(read).toBeGreaterThan(0);
  });

  it('reading a file with nothing but field tags comes to an end', async () => {
    const fields = [Uint8Array.of(0x0a, 0), Uint8Array.of(0x12, 0), Uint8Array.of(0x08, 1)];
    const result = await fuzz(
      73,
      (random) => Buffer.alloc(8 * 2 ** 20, fields[random.below(fields.length)]),
      (bytes) => readSkeleton(fileOf(bytes)),
      3,
    );
    expect(result.refused).toBe(3);
  });

  it('a file beyond what protobuf holds is refused before it is read', async () => {
    const file = { ...fileOf(graph), size: 2 ** 31 };
    await expect(readSkeleton(file)).rejects.toSatisfy((error) => isPaddockError(error, 'unsupported-model'));
  });
});
