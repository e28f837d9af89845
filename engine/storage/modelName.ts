import { basename } from 'node:path';

/** What a model's path calls it: the repository of a snapshot in the Hugging Face cache, else the file or folder. */
export function modelName(path: string): string {
  const repository = /[\\/]models--([^\\/]+)[\\/]snapshots[\\/][^\\/]+[\\/]?$/.exec(path)?.[1];
  return repository?.replaceAll('--', '/') ?? basename(path);
}
