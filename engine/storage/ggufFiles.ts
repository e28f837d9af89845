import { relative, sep } from 'node:path';
import { isKnownFamily } from '../model/families/families.ts';
import { readKind } from '../model/gguf/header.ts';
import { partName } from '../model/gguf/parts.ts';
import type { FoundModel, ModelOrigin } from './modelPlaces.ts';
import { openNodeFile } from './nodeFolder.ts';
import { type FoundFile, filesBelow, type Search } from './walk.ts';

/** Weights of an image encoder, which lie beside a model's own; llama.cpp puts a repository's name before theirs. */
const PROJECTOR = /^mmproj|[-._]mmproj[-._]/i;
/** What quantising a model is guided by. Names of models may hold the word, too, to say how they were made. */
const IMPORTANCE_MATRIX = /^imatrix|[-._]imatrix\.gguf$/i;

/**
 * GGUF files below a folder, named by their path in it: LM Studio keeps `publisher/model/file.gguf`, llama.cpp plain files.
 * A split file is one model.
 */
export async function* ggufFiles(
  origin: ModelOrigin,
  folder: string,
  depth: number,
  search?: Search,
): AsyncGenerator<FoundModel> {
  for await (const { path, bytes } of ggufModels(filesBelow(folder, depth, search))) {
    const name = withoutEnding(relative(folder, path).replaceAll(sep, '/'));
    yield { origin, name, path, format: 'GGUF', bytes };
  }
}

/**
 * The models among files, each once it is whole: of a split one the first part, with the bytes of all. The files may still be being found.
 */
export async function* ggufModels(files: AsyncIterable<FoundFile> | Iterable<FoundFile>): AsyncGenerator<FoundFile> {
  const begun = new Map<string, FoundFile[]>();
  for await (const file of files) {
    if (!isGguf(file.name)) continue;
    const { stem, count } = partName(file.path) ?? { stem: file.path, count: 1 };
    const key = `${count} ${stem}`;
    const parts = [...(begun.get(key) ?? []), file];
    begun.set(key, parts);
    const first = parts.length === count ? parts.find(({ name }) => isGgufModel(name)) : undefined;
    if (first && (await mayBeModel(first.path))) yield { ...first, bytes: parts.reduce((sum, { bytes }) => sum + bytes, 0) };
  }
}

/** Whether a file of such a name is a model: whole, or the first part of a split one. */
export function isGgufModel(name: string): boolean {
  return isGguf(name) && (partName(name)?.number ?? 1) === 1;
}

function isGguf(name: string): boolean {
  return /\.gguf$/i.test(name) && !PROJECTOR.test(name) && !IMPORTANCE_MATRIX.test(name);
}

/**
 * Whether a GGUF file may be a model of a family that is known, by what its header says first. One whose header cannot be read may be: why
 * it cannot, opening it says.
 */
export async function mayBeModel(path: string): Promise<boolean> {
  const file = await openNodeFile(path).catch(() => undefined);
  const kind = await (file && readKind(file).catch(() => undefined));
  await file?.close();
  if (!kind) return true;
  const { type = 'model', architecture } = kind;
  return type === 'model' && (architecture === undefined || isKnownFamily('architectures', architecture));
}

/** A file's name without what all such files end in. */
export function withoutEnding(name: string): string {
  return partName(name)?.stem ?? name.replace(/\.gguf$/i, '');
}
