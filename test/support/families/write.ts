import { standInVocabulary } from '../gguf.ts';
import { writeGgufFile } from '../ggufFile.ts';
import type { FloatTensor } from '../llama.ts';
import { writeFiles } from '../modelFolder.ts';
import { encodeSafetensors } from '../safetensors.ts';
import { type Family, structureMetadata } from './family.ts';
import type { TinyModel } from './parts.ts';
import { spell } from './spelling.ts';

/** Writes the model as a Hugging Face folder: config.json, model.safetensors and the tokenizer's files. */
export async function writeHuggingFaceFolder(path: string, family: Family, model: TinyModel): Promise<void> {
  await writeFolder(path, family.config, spell(model, family.huggingFace));
}

/** Writes such a folder with any tensors. */
export async function writeFolder(
  path: string,
  config: Readonly<Record<string, unknown>>,
  tensors: ReadonlyMap<string, FloatTensor>,
): Promise<void> {
  await writeFiles(path, config, encodeSafetensors(tensors));
}

/**
 * Writes the model as GGUF, the way llama.cpp's converter would.
 * @throws Error for a family that llama.cpp does not have
 */
export async function writeGgufModel(path: string, family: Family, model: TinyModel): Promise<void> {
  const { gguf, structure } = family;
  if (!gguf) throw new Error(`llama.cpp does not have ${family.name}.`);
  const { architecture, metadata, spelling, extras } = gguf;
  const own = Object.entries({ ...structureMetadata(family), ...metadata }).map(([key, value]) => [
    `${architecture}.${key}`,
    value,
  ]);
  const values = {
    'general.architecture': architecture,
    'general.name': 'random',
    ...Object.fromEntries(own),
    ...standInVocabulary(structure.vocabulary),
  };
  await writeGgufFile(path, values, new Map([...spell(model, spelling), ...(extras ?? [])]));
}
