import { PaddockError } from '../errors.ts';
import { Fields } from './fields.ts';
import type { ModelFolder } from './files.ts';
import { findJson } from './json.ts';
import { openPackedWeights } from './packedWeights.ts';
import { openSafetensors, type TensorSource } from './safetensors.ts';
import { openShards, SHARD_INDEX } from './shardedSafetensors.ts';
import type { WeightSource } from './weights.ts';

/** Files in which older quantised models describe their quantisation, before config.json did: AutoGPTQ's and AutoAWQ's. */
const OLD_QUANTIZATION = [
  ['quantize_config.json', 'gptq'],
  ['quant_config.json', 'awq'],
] as const;

/**
 * The weights of a folder as Hugging Face lays it out: `model.safetensors`, or the files that an index names.
 * @param quantization config.json's `quantization_config`, of GPTQ or AWQ
 * @throws PaddockError `bad-model` when files are missing or damaged, `unsupported-model` for another quantisation or PyTorch's files
 */
export async function openSafetensorsFolder(folder: ModelFolder, quantization?: Fields): Promise<WeightSource> {
  const source = await openTensors(folder);
  try {
    const isPacked = source.names.some((name) => name.endsWith('.qweight'));
    if (!quantization && !isPacked) return source;
    return openPackedWeights(source, quantization ?? (await oldQuantization(folder)));
  } catch (error) {
    await source.close();
    throw error;
  }
}

/** Whether a folder has weights of this format. */
export async function hasSafetensors(folder: ModelFolder): Promise<boolean> {
  if ((await folder.readText(SHARD_INDEX)) !== undefined) return true;
  const file = await folder.openFile('model.safetensors').catch(() => undefined);
  await file?.close();
  return file !== undefined;
}

async function openTensors(folder: ModelFolder): Promise<TensorSource> {
  const index = (await findJson(folder, SHARD_INDEX)) ?? {};
  if (Object.keys(index).length > 0) return openShards(folder, index);
  const file = await folder.openFile('model.safetensors').catch(async (error) => {
    throw (await holdsPyTorch(folder)) ?? error;
  });
  return openSafetensors(file);
}

/** @returns an error that says so, where a folder has its weights in PyTorch's format only */
async function holdsPyTorch(folder: ModelFolder): Promise<PaddockError | undefined> {
  const index = await folder.readText('pytorch_model.bin.index.json');
  const file = await folder.openFile('pytorch_model.bin').catch(() => undefined);
  await file?.close();
  if (index === undefined && file === undefined) return undefined;
  return new PaddockError(
    'unsupported-model',
    `${folder.path} has its weights in PyTorch's own format, which may contain programs and is not read. Choose the model as safetensors or GGUF.`,
  );
}

async function oldQuantization(folder: ModelFolder): Promise<Fields> {
  for (const [name, method] of OLD_QUANTIZATION) {
    const values = await findJson(folder, name);
    if (values) return new Fields({ quant_method: method, ...values }, `${folder.path}/${name}`);
  }
  return new Fields({}, `${folder.path}/config.json`);
}
