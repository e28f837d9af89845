import type { FloatTensor } from '../llama.ts';
import { writeFiles } from '../modelFolder.ts';
import { encodeSafetensors } from '../safetensors.ts';
import { type Family, structureMetadata } from './family.ts';
import { type GgufValue, writeGgufFile } from './ggufFile.ts';
import type { TinyModel } from './parts.ts';
import { spell } from './spelling.ts';

/** Writes the model as the folder that Hugging Face would have: config.json, model.safetensors and the tokenizer's files. */
export async function writeHuggingFaceFolder(path: string, family: Family, model: TinyModel): Promise<void> {
  await writeFolder(path, family.config, spell(model, family.huggingFace));
}

/** Writes such a folder of any tensors. */
export async function writeFolder(
  path: string,
  config: Readonly<Record<string, unknown>>,
  tensors: ReadonlyMap<string, FloatTensor>,
): Promise<void> {
  await writeFiles(path, config, encodeSafetensors(tensors));
}

/** Writes the model as GGUF, the way llama.cpp's converter would. @throws Error for a family that llama.cpp does not have */
export async function writeGgufModel(path: string, family: Family, model: TinyModel): Promise<void> {
  const { gguf, structure } = family;
  if (!gguf) throw new Error(`llama.cpp does not have ${family.name}.`);
  const own = { ...structureMetadata(family), ...gguf.metadata };
  const metadata: Record<string, GgufValue> = { 'general.architecture': gguf.architecture, 'general.name': 'random' };
  for (const [key, value] of Object.entries(own)) metadata[`${gguf.architecture}.${key}`] = value;
  const tensors = new Map([...spell(model, gguf.spelling), ...(gguf.extras ?? [])]);
  await writeGgufFile(path, { ...metadata, ...vocabularyMetadata(structure.vocabulary) }, tensors);
}

/** `<s>`, the 256 bytes, numbered pieces: comparisons hand over token numbers, never text. */
export function vocabularyMetadata(vocabulary: number): Record<string, GgufValue> {
  const ids = Array.from({ length: vocabulary }, (_, id) => id);
  const byte = (id: number) => `<0x${(id - 1).toString(16).toUpperCase().padStart(2, '0')}>`;
  return {
    'tokenizer.ggml.model': 'llama',
    'tokenizer.ggml.tokens': { strings: ids.map((id) => (id === 0 ? '<s>' : id <= 256 ? byte(id) : `piece${id}`)) },
    'tokenizer.ggml.scores': { floats: ids.map((id) => -id) },
    'tokenizer.ggml.token_type': { ints: ids.map((id) => (id === 0 ? 3 : id <= 256 ? 6 : 1)) }, // control, byte, normal
    'tokenizer.ggml.bos_token_id': 0,
    'tokenizer.ggml.eos_token_id': 0,
    'tokenizer.ggml.add_bos_token': false,
  };
}
