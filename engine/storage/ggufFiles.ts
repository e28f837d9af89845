import { relative, sep } from 'node:path';
import type { FoundModel, ModelOrigin } from './modelPlaces.ts';
import { type FoundFile, filesBelow } from './walk.ts';

/** Part of a split GGUF file; `llama-gguf-split` names them so. */
const SPLIT = /-(\d{5})-of-\d{5}\.gguf$/i;
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
  const models = files.filter(({ name }) => /\.gguf$/i.test(name) && !PROJECTOR.test(name));
  const whole = (path: string) => path.replace(SPLIT, '');
  return models
    .filter(({ name }) => (SPLIT.exec(name)?.[1] ?? '00001') === '00001')
    .map((model) => {
      const parts = SPLIT.test(model.name) ? models.filter(({ path }) => whole(path) === whole(model.path)) : [model];
      return { ...model, bytes: parts.reduce((sum, { bytes }) => sum + bytes, 0) };
    });
}

/** A file's name without what all such files end in. */
export function withoutEnding(name: string): string {
  return name.replace(SPLIT, '').replace(/\.gguf$/i, '');
}
