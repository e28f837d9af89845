import { relative, sep } from 'node:path';
import { partName } from '../model/gguf/parts.ts';
import type { FoundModel, ModelOrigin } from './modelPlaces.ts';
import { type FoundFile, filesBelow } from './walk.ts';

/** Weights of an image encoder, which lie beside a model's own. */
const PROJECTOR = /^mmproj|[-.]mmproj[-.]/i;

/**
 * GGUF files below a folder, named by their path in it: LM Studio keeps `publisher/model/file.gguf`, llama.cpp plain files.
 * A split file is one model.
 */
export async function* ggufFiles(
  origin: ModelOrigin,
  folder: string,
  depth: number,
  signal?: AbortSignal,
): AsyncGenerator<FoundModel> {
  const files: FoundFile[] = [];
  for await (const file of filesBelow(folder, depth, signal)) files.push(file);
  for (const model of ggufModels(files)) {
    const name = withoutEnding(relative(folder, model.path).replaceAll(sep, '/'));
    yield { origin, name, path: model.path, format: 'GGUF', bytes: model.bytes };
  }
}

/** The GGUF files among these; of split ones the first part, with the bytes of all. */
export function ggufModels(files: readonly FoundFile[]): FoundFile[] {
  return files
    .filter(({ name }) => isGgufModel(name))
    .map((model) => {
      const whole = partName(model.path);
      const parts = whole ? files.filter(({ path }) => partName(path)?.stem === whole.stem) : [model];
      return { ...model, bytes: parts.reduce((sum, { bytes }) => sum + bytes, 0) };
    });
}

/** Whether a file of such a name is a model: whole, or the first part of a split one. */
export function isGgufModel(name: string): boolean {
  return /\.gguf$/i.test(name) && !PROJECTOR.test(name) && (partName(name)?.number ?? 1) === 1;
}

/** A file's name without what all such files end in. */
export function withoutEnding(name: string): string {
  return partName(name)?.stem ?? name.replace(/\.gguf$/i, '');
}
