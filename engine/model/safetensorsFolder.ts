import type { Fields } from './fields.ts';
import type { ModelFolder } from './files.ts';
import { readJson } from './json.ts';
import { openPackedWeights } from './packedWeights.ts';
import { openSafetensors, type TensorSource } from './safetensors.ts';
import { openShards, SHARD_INDEX } from './shardedSafetensors.ts';
import type { WeightSource } from './weights.ts';

/**
 * The weights of a folder as Hugging Face lays it out: `model.safetensors`, or the files that an index names.
 * @param quantization config.json's `quantization_config`, of GPTQ or AWQ
 * @throws PaddockError `bad-model` when files are missing or damaged, `unsupported-model` for another quantisation
 */
export async function openSafetensorsFolder(folder: ModelFolder, quantization?: Fields): Promise<WeightSource> {
  const source = await openTensors(folder);
  if (!quantization) return source;
  try {
    return openPackedWeights(source, quantization);
  } catch (error) {
    await source.close();
    throw error;
  }
}

async function openTensors(folder: ModelFolder): Promise<TensorSource> {
  const index = await readJson(folder, SHARD_INDEX, {});
  if (Object.keys(index).length > 0) return openShards(folder, index);
  const file = await folder.openFile('model.safetensors');
  try {
    return await openSafetensors(file);
  } catch (error) {
    await file.close();
    throw error;
  }
}
