import { basename, dirname } from 'node:path';

/** What a model's path calls it: the repository of a snapshot in the Hugging Face cache, else the file or folder. */
export function modelName(path: string): string {
  const model = folderAround(path) ?? (SMALL_FILE.test(path) ? holder(path) : path);
  const folder = /[\\/]([^\\/]+)[\\/]snapshots[\\/][^\\/]+[\\/]?$/.exec(model)?.[1];
  return repositoryOf(folder ?? '') ?? basename(model);
}

/** The repository whose folder in the Hugging Face cache has this name. Names may hold `--`, too; owners may not. */
export function repositoryOf(folder: string): string | undefined {
  return /^models--(.+)$/.exec(folder)?.[1]?.replace('--', '/');
}

/** Files that lie beside weights and are no models of their own. */
const SMALL_FILE = /\.(json|jinja|md|txt|model|py)$|(^|[\\/])(LICENSE|NOTICE)$/i;

/** A graph, or weights of one that lie beside it. */
export const GRAPH_FILE = /\.onnx(\.data|_data(_\d+)?)?$/i;

/**
 * The model folder that a file is part of, by its name: people choose `model.safetensors`, `config.json` or `onnx/model.onnx` where the
 * whole folder is meant. Undefined for other files: whether they are part of one, only what lies beside them says (modelAround.ts).
 */
export function folderAround(path: string): string | undefined {
  if (GRAPH_FILE.test(path)) return holder(path);
  return /\.safetensors(\.index\.json)?$|(^|[\\/])(genai_|tokenizer_|generation_)?config\.json$/i.test(path)
    ? dirname(path)
    : undefined;
}

function holder(path: string): string {
  const folder = dirname(path);
  return basename(folder) === 'onnx' ? dirname(folder) : folder;
}
