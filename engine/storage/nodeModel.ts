import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PaddockError } from '../errors.ts';
import type { ModelLocation } from '../model/location.ts';
import { SHARD_INDEX } from '../model/shardedSafetensors.ts';
import { isGgufModel, mayBeModel } from './ggufFiles.ts';
import { modelAround } from './modelAround.ts';
import { GRAPH_FILE } from './modelName.ts';
import { openNodeFile, openNodeFolder, statModel, unreadable } from './nodeFolder.ts';

/**
 * A model on this machine: a GGUF file, a folder or a file of one, or a folder whose only weights are a GGUF file.
 * @throws PaddockError `model-not-found` when there is nothing at the path, or several files to choose from; `bad-model` when that
 *   cannot be read
 */
export async function openNodeModel(path: string): Promise<ModelLocation> {
  const found = await statModel(path, 'file or folder');
  const reopen = () => openNodeModel(path);
  const around = await modelAround(path);
  // Who chooses tensors or a graph does not mean a GGUF file that lies beside them.
  const holdsWeights = GRAPH_FILE.test(path) || /\.safetensors$/i.test(path);
  if (around !== undefined && holdsWeights) return openFolder(around, reopen);
  if (around !== undefined) return openNodeModel(around);
  if (!found.isDirectory()) return { kind: 'file', path, file: await openNodeFile(path), reopen };
  const names = await readdir(path).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  const files = names.filter(isGgufModel);
  if (files.length === 0 || isModelFolder(names)) return openFolder(path, reopen);
  const models = files.length === 1 ? files : await modelsAmong(path, files);
  const [name, ...others] = models;
  if (name !== undefined && others.length === 0) return openNodeModel(join(path, name));
  throw new PaddockError('model-not-found', `${path} holds several models: ${models.join(', ')}. Choose one of these files.`);
}

async function openFolder(path: string, reopen: () => Promise<ModelLocation>): Promise<ModelLocation> {
  return { kind: 'folder', path, folder: await openNodeFolder(path), reopen };
}

/** Whether the folder is a model whatever GGUF files lie in it: a config.json may have come with such a file, without other weights. */
function isModelFolder(names: readonly string[]): boolean {
  if (names.includes('genai_config.json')) return true;
  return names.includes('config.json') && names.some((name) => WEIGHTS.includes(name) || name.endsWith('.onnx'));
}

/** The files that may be models by their headers, or all if none is: opening one says what it is. */
async function modelsAmong(folder: string, files: readonly string[]): Promise<readonly string[]> {
  const may = await Promise.all(files.map((name) => mayBeModel(join(folder, name))));
  return may.some(Boolean) ? files.filter((_, i) => may[i]) : files;
}

const WEIGHTS: readonly string[] = ['model.safetensors', SHARD_INDEX, 'onnx'];
