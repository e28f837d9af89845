import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { PaddockError } from '../errors.ts';
import type { ModelLocation } from '../model/location.ts';
import { openNodeFile, openNodeFolder } from './nodeFolder.ts';

/** The first part of a split GGUF file, or one that is not split. */
const WHOLE_OR_FIRST = /^(?!.*-\d{5}-of-\d{5}\.gguf$).*\.gguf$|-00001-of-\d{5}\.gguf$/i;

/**
 * A model on this machine: a GGUF file, a folder, or a folder that holds nothing but a GGUF file.
 * @throws PaddockError `model-not-found` when there is nothing at the path, or several files to choose from
 */
export async function openNodeModel(path: string): Promise<ModelLocation> {
  const found = await stat(path).catch(() => undefined);
  if (!found) throw new PaddockError('model-not-found', `There is no file or folder ${path}. Choose a model that exists.`);
  if (!found.isDirectory()) return { kind: 'file', path, file: await openNodeFile(path) };
  const names = await readdir(path);
  const files = names.filter((name) => WHOLE_OR_FIRST.test(name));
  const isFolder = names.includes('config.json') || names.includes('genai_config.json') || files.length === 0;
  if (isFolder) return { kind: 'folder', path, folder: await openNodeFolder(path) };
  if (files.length === 1)
    return { kind: 'file', path: join(path, files[0] as string), file: await openNodeFile(join(path, files[0] as string)) };
  throw new PaddockError('model-not-found', `${path} holds several models: ${files.join(', ')}. Choose one of these files.`);
}
