import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { discoverModels } from '../../../engine/storage/discovery.ts';
import { FAMILIES } from '../../support/families/families.ts';
import { writeGgufFile } from '../../support/ggufFile.ts';
import { folderForEach } from '../../support/testFolders.ts';

const folder = folderForEach();

async function write(path: string, content: string | object | number): Promise<void> {
  const file = join(folder.path, path);
  await mkdir(dirname(file), { recursive: true });
  const text =
    typeof content === 'number' ? 'x'.repeat(content) : typeof content === 'string' ? content : JSON.stringify(content);
  await writeFile(file, text);
}

/** Writes the files of one snapshot of `org/m`. */
async function snapshot(files: Readonly<Record<string, string | object | number>>, revision = 'x'): Promise<void> {
  for (const [name, content] of Object.entries(files)) await write(`models--org--m/snapshots/${revision}/${name}`, content);
}

async function find(): Promise<[name: string, format: string, bytes: number, path: string][]> {
  const { models, problems } = await discoverModels([{ origin: 'hugging-face', folder: folder.path }]);
  expect(problems).toEqual([]);
  const base = join(folder.path, 'models--org--m/snapshots');
  return models.map(({ name, format, bytes, path }) => [name, format, bytes, path.replace(`${base}/`, '')]);
}

const LLAMA = { model_type: 'llama', architectures: ['LlamaForCausalLM'] };
const genai = (model: object = {}) => ({ model: { type: 'phi3', decoder: { filename: 'model.onnx' }, ...model } });

it.each([
  ['ChatGLM', { model_type: 'chatglm', architectures: ['ChatGLMModel'] }],
  ['T5', { model_type: 't5', architectures: ['T5ForConditionalGeneration'] }],
  ['GPT-2', { model_type: 'gpt2', architectures: ['GPT2LMHeadModel'] }],
  ['a model that names no class', { model_type: 'llama' }],
])('%s is listed, as it can be opened', async (_, config) => {
  await snapshot({ 'config.json': config, 'model.safetensors': 5 });
  expect(await find()).toEqual([['org/m', 'safetensors', 5, 'x']]);
});

it.each(FAMILIES.map(({ name, config, gguf }) => ({ name, config, gguf })))(
  '$name is listed in each of its formats',
  async ({ config, gguf }) => {
    await snapshot({ 'config.json': config, 'model.safetensors': 5 });
    expect(await find()).toHaveLength(1);
    if (!gguf) return;
    await write('models--org--m/snapshots/x/m.gguf', '');
    const path = join(folder.path, 'models--org--m/snapshots/x/m.gguf');
    await writeGgufFile(path, { 'general.architecture': gguf.architecture }, new Map());
    expect((await find()).map(([name]) => name)).toEqual(['org/m: m']);
  },
);

it.each([
  ['an encoder', { 'config.json': { model_type: 'bert', architectures: ['BertModel'] }, 'model.safetensors': 5 }],
  ['a classifier', { 'config.json': { ...LLAMA, architectures: ['LlamaForSequenceClassification'] }, 'model.safetensors': 5 }],
  [
    'an encoder of a known family',
    { 'config.json': { model_type: 'qwen2', architectures: ['Qwen2Model'] }, 'model.safetensors': 5 },
  ],
  ['an unknown family', { 'config.json': { model_type: 'mamba', architectures: ['MambaForCausalLM'] }, 'model.safetensors': 5 }],
  [
    'Whisper',
    { 'config.json': { model_type: 'whisper', architectures: ['WhisperForConditionalGeneration'] }, 'model.safetensors': 5 },
  ],
  ['an adapter', { 'config.json': LLAMA, 'adapter_config.json': {}, 'adapter_model.safetensors': 5 }],
  ['an adapter alone', { 'adapter_config.json': {}, 'adapter_model.safetensors': 5 }],
  [
    'half of a model',
    {
      'config.json': LLAMA,
      'model.safetensors.index.json': {
        weight_map: { a: 'model-00001-of-00002.safetensors', b: 'model-00002-of-00002.safetensors' },
      },
      'model-00001-of-00002.safetensors': 5,
    },
  ],
  [
    'Whisper as ONNX',
    {
      'config.json': { model_type: 'whisper', architectures: ['WhisperForConditionalGeneration'], num_mel_bins: 80 },
      'onnx/encoder_model.onnx': 5,
      'onnx/decoder_model_merged.onnx': 5,
    },
  ],
  [
    'a model of images as ONNX',
    {
      'config.json': { model_type: 'llava', architectures: ['LlavaForConditionalGeneration'] },
      'preprocessor_config.json': {},
      'onnx/decoder_model_merged.onnx': 5,
    },
  ],
  ['a model of images for onnxruntime-genai', { 'genai_config.json': genai({ vision: {} }), 'model.onnx': 5 }],
  ['a decoder in several graphs', { 'genai_config.json': genai({ decoder: { pipeline: [] } }), 'model.onnx': 5 }],
  ['a configuration without its graph', { 'genai_config.json': genai(), 'other.onnx': 5 }],
])('%s is not listed, as it cannot be opened', async (_, files) => {
  await snapshot(files);
  expect(await find()).toEqual([]);
});

it('the files that an index names are a model, whatever lies beside them', async () => {
  const weight_map = { a: 'model-00001-of-00002.safetensors', b: 'model-00002-of-00002.safetensors' };
  await snapshot({ 'config.json': LLAMA, 'model.safetensors.index.json': { weight_map }, 'consolidated.safetensors': 50 });
  await snapshot({ [weight_map.a]: 5, [weight_map.b]: 6 });
  expect(await find()).toEqual([['org/m', 'safetensors', 11, 'x']]);
});

it('weights of an unknown family are listed as ONNX where such graphs lie beside them', async () => {
  await snapshot({ 'config.json': { model_type: 'gemma9', architectures: ['Gemma9ForCausalLM'] }, 'model.safetensors': 5 });
  await snapshot({ 'onnx/model.onnx': 3, 'onnx/model.onnx_data': 4, 'elsewhere/other.onnx': 100 });
  expect(await find()).toEqual([['org/m', 'ONNX', 7, 'x']]);
});

it.each([[{}], [{ 'config.json': { model_type: 'phi3', architectures: ['Phi3ForCausalLM'] } }]])(
  'the folders of onnxruntime-genai in a repository are its models, with %j at its root',
  async (root) => {
    const places = ['cpu_and_mobile/cpu-int4-rtn-block-32', 'gpu/gpu-int4-rtn-block-32', 'onnx/cpu/m-int4'];
    for (const place of places) {
      await snapshot({ [`${place}/genai_config.json`]: genai(), [`${place}/model.onnx`]: 2, [`${place}/model.onnx.data`]: 9 });
    }
    await snapshot({ ...root, 'cuda/genai_config.json': genai() }); // its graph was not downloaded
    expect(await find()).toEqual(places.map((place) => [`org/m: ${place}`, 'ONNX', 11, `x/${place}`]));
  },
);

it('an older whole snapshot is found where the newest holds no model', async () => {
  await snapshot({ 'config.json': LLAMA, 'model.safetensors': 5 }, 'oldest');
  await snapshot({ 'config.json': LLAMA, 'model.safetensors': 6 }, 'older');
  await snapshot({ 'config.json': LLAMA, 'README.md': '# M' }, 'newest');
  for (const [age, revision] of ['newest', 'older', 'oldest'].entries()) {
    await utimes(join(folder.path, 'models--org--m/snapshots', revision), 1e9 - age, 1e9 - age);
  }
  await write('models--org--m/refs/main', 'newest');
  await write('models--org--m/snapshots/.DS_Store', 'a file');
  expect(await find()).toEqual([['org/m', 'safetensors', 6, 'older']]);
});

it('only the first -- of a folder stands for the slash of a name', async () => {
  for (const repository of ['org--a--b', 'org--c-d', 'gpt2']) {
    await write(`models--${repository}/snapshots/x/config.json`, LLAMA);
    await write(`models--${repository}/snapshots/x/model.safetensors`, 1);
  }
  expect((await find()).map(([name]) => name)).toEqual(['gpt2', 'org/a--b', 'org/c-d']);
});
