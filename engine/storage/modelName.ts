import { basename, dirname } from 'node:path';

/** What a model's path calls it: the repository of a snapshot in the Hugging Face cache, else the file or folder. */
export function modelName(path: string): string {
  const model = folderAround(path) ?? path;
  const repository = /[\\/]models--([^\\/]+)[\\/]snapshots[\\/][^\\/]+[\\/]?$/.exec(model)?.[1];
  return repository?.replaceAll('--', '/') ?? basename(model);
}

/**
 * The model folder that a file is part of, by its name: people choose `model.safetensors`, `config.json` or `onnx/model.onnx` where the
 * whole folder is meant. Undefined for files that are models of their own.
 */
export function folderAround(path: string): string | undefined {
  const folder = dirname(path);
  if (/\.onnx(\.data|_data(_\d+)?)?$/i.test(path)) return basename(folder) === 'onnx' ? dirname(folder) : folder;
  return /\.safetensors(\.index\.json)?$|(^|[\\/])(genai_|tokenizer_|generation_)?config\.json$/i.test(path) ? folder : undefined;
}
