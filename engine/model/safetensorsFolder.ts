import { PaddockError } from '../errors.ts';
import { Fields } from './fields.ts';
import { findFile, type ModelFolder } from './files.ts';
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
  return has(folder, 'model.safetensors');
}

async function openTensors(folder: ModelFolder): Promise<TensorSource> {
  const index = (await findJson(folder, SHARD_INDEX)) ?? {};
  if (Object.keys(index).length > 0) return openShards(folder, index);
  const file = await findFile(folder, 'model.safetensors');
  if (file) return openSafetensors(file);
  throw (
    (await holdsOtherFiles(folder)) ??
    new PaddockError('bad-model', `${folder.path}/model.safetensors is missing. Copy the whole model folder again.`)
  );
}

async function has(folder: ModelFolder, name: string): Promise<boolean> {
  const file = await findFile(folder, name);
  await file?.close();
  return file !== undefined;
}

/** More than any model has, of those whose index is asked for when it is missing. */
const MAX_SHARDS = 300;

/** @returns an error that says so, where a folder has its weights in files that are not read, or parts of them */
async function holdsOtherFiles(folder: ModelFolder): Promise<PaddockError | undefined> {
  if (await has(folder, 'consolidated.safetensors')) {
    return new PaddockError(
      'unsupported-model',
      `${folder.path} has its weights in consolidated.safetensors, in the layout of Mistral's own programs, which is not read. Take the model's files for Transformers, model.safetensors.`,
    );
  }
  const digits = (number: number) => String(number).padStart(5, '0');
  for (let count = 1; count <= MAX_SHARDS; count++) {
    if (!(await has(folder, `model-00001-of-${digits(count)}.safetensors`))) continue;
    return new PaddockError(
      'bad-model',
      `${folder.path}/${SHARD_INDEX} is missing, which says what is in the parts of the weights there. Copy that file, too.`,
    );
  }
  return holdsPyTorch(folder);
}

/** @returns an error that says so, where a folder has its weights in PyTorch's format only */
async function holdsPyTorch(folder: ModelFolder): Promise<PaddockError | undefined> {
  const index = await folder.readText('pytorch_model.bin.index.json');
  if (index === undefined && !(await has(folder, 'pytorch_model.bin'))) return undefined;
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
