import { join } from 'node:path';
import { type LanguageModel, type LoadOptions, loadLanguageModel } from '../../engine/generate/languageModel.ts';
import { buildDecoder, type Lowering } from '../../engine/graph/decoder.ts';
import { parseConfig } from '../../engine/model/config.ts';
import type { WeightSource } from '../../engine/model/weights.ts';
import { loadBackend } from '../../engine/runtime/backend.ts';
import { DecoderRuntime } from '../../engine/runtime/decoderRuntime.ts';
import { openNodeFolder } from '../../engine/storage/nodeFolder.ts';
import { type Llama, tensor } from './llama.ts';
import { configJson, temporaryFolder, writeModelFolder } from './modelFolder.ts';
import type { ElementType } from './safetensors.ts';

/** Opens a folder with the engine, on the native CPU and one thread unless told. */
export async function openFolder(path: string, options: Partial<LoadOptions> = {}): Promise<LanguageModel> {
  return loadLanguageModel(await openNodeFolder(path), { device: 'cpu', threads: 1, ...options });
}

/** Writes a model to a folder, opens it with the engine and removes the folder: the engine has read all it needs. */
export async function openLlama(
  model: Llama,
  options: Partial<LoadOptions> = {},
  type: ElementType = 'F32',
): Promise<LanguageModel> {
  const folder = await temporaryFolder();
  try {
    const path = join(folder.path, 'model');
    await writeModelFolder(path, model, type);
    return await openFolder(path, options);
  } finally {
    await folder.remove();
  }
}

/** Loads a model with weight formats of the test's choice, past what the engine would choose for the device. */
export async function lowerLlama(model: Llama, lowering: Lowering): Promise<DecoderRuntime> {
  const config = parseConfig(configJson(model.shape), 'config.json');
  const graph = await buildDecoder(config, inMemory(model), lowering);
  return DecoderRuntime.create(config, graph, await loadBackend('cpu', 1), 1);
}

function inMemory(model: Llama): WeightSource {
  return { shape: (name) => tensor(model, name).shape, read: async (name) => tensor(model, name).data };
}

/** Logits of the last token, from nothing. */
export async function freshLogits(model: LanguageModel, tokens: readonly number[]): Promise<Float32Array> {
  return (await model.newSession().sync(tokens)).logits;
}
