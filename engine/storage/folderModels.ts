import { dirname, join } from 'node:path';
import { isKnownFamily, writesText } from '../model/families/families.ts';
import { SHARD_INDEX } from '../model/shardedSafetensors.ts';
import type { FoundModel } from './modelPlaces.ts';
import { type FoundFile, readSmallJson } from './walk.ts';

/** A folder that can be opened as a model. */
export type FolderModel = Pick<FoundModel, 'path' | 'format' | 'bytes'>;

/** The largest index of published models, with a line for each tensor, has about 10 MB. */
const MOST_INDEX_BYTES = 2 ** 25;
/** A graph, and the files of its weights. */
const GRAPH = /\.onnx(_data(_\d+)?|\.data)?$/;

/**
 * The models that a folder is or holds: one as Hugging Face lays it out, and those that onnxruntime-genai reads, which repositories keep
 * in folders for each device. Those that the engine cannot open are left out, as far as names and small files tell.
 * @param files below the folder
 */
export async function folderModels(folder: string, files: readonly FoundFile[]): Promise<FolderModel[]> {
  const places = files.filter(({ name }) => name === 'genai_config.json').map(({ path }) => dirname(path));
  const models = await Promise.all(places.map((place) => genaiModel(place, files)));
  if (!places.includes(folder)) models.unshift(await huggingFaceModel(folder, files));
  return models.filter((model) => model !== undefined);
}

async function genaiModel(path: string, files: readonly FoundFile[]): Promise<FolderModel | undefined> {
  const model = objectOf(await readSmallJson(join(path, 'genai_config.json')), 'model');
  const decoder = objectOf(model, 'decoder');
  // Models with these parts give their decoder no tokens but what images and sounds are made into.
  const takesMore = ['vision', 'speech', 'embedding'].some((part) => model?.[part] !== undefined);
  if (!decoder || decoder.pipeline !== undefined || takesMore) return undefined;
  const inside = files.filter((file) => dirname(file.path) === path);
  const graph = decoder.filename ?? 'model.onnx';
  if (!inside.some(({ name }) => name === graph)) return undefined;
  return { path, format: 'ONNX', bytes: bytesOf(inside.filter(({ name }) => GRAPH.test(name))) };
}

async function huggingFaceModel(path: string, files: readonly FoundFile[]): Promise<FolderModel | undefined> {
  const inside = files.filter((file) => dirname(file.path) === path);
  const isHere = (each: string) => inside.some(({ name }) => name === each);
  const config = isHere('config.json') ? await readSmallJson(join(path, 'config.json')) : undefined;
  if (!config || !writesText(config)) return undefined;
  const text = objectOf(config, 'text_config');
  const tensors = isKnownFamily('modelTypes', text?.model_type ?? config.model_type) ? await tensorFiles(path, inside) : [];
  if (tensors.length > 0) return { path, format: 'safetensors', bytes: bytesOf(tensors) };
  // Graphs of any family can be opened, but not of models that hear or see.
  if (isHere('preprocessor_config.json') || config.num_mel_bins !== undefined) return undefined;
  const graphs = files.filter((file) => GRAPH.test(file.name) && [path, join(path, 'onnx')].includes(dirname(file.path)));
  return graphs.length === 0 ? undefined : { path, format: 'ONNX', bytes: bytesOf(graphs) };
}

/** The files that the tensors are read from; none where one is missing. */
async function tensorFiles(path: string, inside: readonly FoundFile[]): Promise<FoundFile[]> {
  const isSharded = inside.some(({ name }) => name === SHARD_INDEX);
  const index = isSharded ? await readSmallJson(join(path, SHARD_INDEX), MOST_INDEX_BYTES) : undefined;
  const names = new Set(index ? Object.values(objectOf(index, 'weight_map') ?? {}) : ['model.safetensors']);
  const found = inside.filter(({ name }) => names.has(name));
  return found.length === names.size ? found : [];
}

function objectOf(values: Readonly<Record<string, unknown>> | undefined, name: string): Record<string, unknown> | undefined {
  const value = values?.[name];
  return typeof value === 'object' && value !== null ? { ...value } : undefined;
}

function bytesOf(files: readonly FoundFile[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}
