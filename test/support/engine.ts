import { join } from 'node:path';
import { convertInMemory } from '../../engine/generate/conversion.ts';
import { loadLanguageModel } from '../../engine/generate/languageModel.ts';
import type { LanguageModel, LoadOptions } from '../../engine/generate/model.ts';
import type { Lowering } from '../../engine/graph/building.ts';
import { buildDecoder } from '../../engine/graph/decoder.ts';
import { prefillOf } from '../../engine/graph/manyTokens.ts';
import { openFolderCheckpoint } from '../../engine/model/checkpoint.ts';
import { Fields } from '../../engine/model/fields.ts';
import { readJson } from '../../engine/model/json.ts';
import { type OnnxGraphs, openOnnxFolder } from '../../engine/model/onnx/folder.ts';
import { chooseVariant } from '../../engine/model/onnx/variants.ts';
import { loadBackend } from '../../engine/runtime/backend.ts';
import { DecoderRuntime } from '../../engine/runtime/decoderRuntime.ts';
import { openNodeFolder } from '../../engine/storage/nodeFolder.ts';
import { openNodeModel } from '../../engine/storage/nodeModel.ts';
import type { Llama } from './llama.ts';
import { temporaryFolder, writeModelFolder } from './modelFolder.ts';
import type { ElementType } from './safetensors.ts';

/** Opens a folder or a GGUF file with the engine, by default on the native CPU with one thread. Converted weights stay in memory. */
export async function openFolder(path: string, options: Partial<LoadOptions> = {}): Promise<LanguageModel> {
  return loadLanguageModel(await openNodeModel(path), { device: 'cpu', threads: 1, ...options });
}

/** Writes a model to a folder, opens it with the engine and removes the folder, which the engine no longer needs by then. */
export async function openLlama(
  model: Llama,
  options: Partial<LoadOptions> = {},
  type: ElementType = 'F32',
): Promise<LanguageModel> {
  return withFolder(model, type, (path) => openFolder(path, options));
}

/** Loads a model with weight formats that the test chooses, instead of those the engine would choose for the device. */
export async function lowerLlama(model: Llama, lowering: Lowering, device: 'cpu' | 'wasm' = 'cpu'): Promise<DecoderRuntime> {
  return withFolder(model, 'F32', (path) => lowerFolder(path, lowering, device));
}

/** The same of a folder. It has no graph of its own for prefill. */
export async function lowerFolder(path: string, lowering: Lowering, device: 'cpu' | 'wasm' = 'cpu'): Promise<DecoderRuntime> {
  const folder = await openNodeFolder(path);
  const fields = new Fields(await readJson(folder, 'config.json'), path);
  const { config, weights, source } = await openFolderCheckpoint(folder, fields);
  const image = await convertInMemory(await buildDecoder(config, weights, lowering), {});
  await source.close();
  const prefill = prefillOf(config, lowering);
  const images = { plain: image, ...(prefill === 'same graph' && { prefill }) };
  return DecoderRuntime.create(config, images, await loadBackend(device, 1), 1);
}

async function withFolder<T>(model: Llama, type: ElementType, action: (path: string) => Promise<T>): Promise<T> {
  const folder = await temporaryFolder();
  try {
    const path = join(folder.path, 'model');
    await writeModelFolder(path, model, type);
    return await action(path);
  } finally {
    await folder.remove();
  }
}

/** Graphs of an ONNX folder, in the form the engine would choose for the device. */
export async function openGraphs(path: string, device: 'cpu' | 'wasm' = 'cpu'): Promise<OnnxGraphs> {
  const model = await openOnnxFolder(await openNodeFolder(path));
  if (!model) throw new Error('There is no graph.');
  return model.read(chooseVariant(model.variants, device));
}

/** Logits of the last token, computed with an empty cache. */
export async function freshLogits(model: LanguageModel, tokens: readonly number[]): Promise<Float32Array> {
  return (await model.newSession().sync(tokens)).logits;
}
