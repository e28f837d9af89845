import type { DecoderConfig } from './config.ts';
import { findFamily } from './families/families.ts';
import type { Family, Layout } from './families/family.ts';
import type { Fields } from './fields.ts';
import type { ModelFolder } from './files.ts';
import type { GgufFile } from './gguf/gguf.ts';
import { type GgufMetadata, ggufFields } from './ggufFields.ts';
import { parseConfig } from './parseConfig.ts';
import { RoleWeights } from './roles.ts';
import { openSafetensorsFolder } from './safetensorsFolder.ts';
import type { WeightSource } from './weights.ts';

/** A decoder on disk, checked so far as can be without reading its matrices. */
export interface Checkpoint {
  readonly format: 'GGUF' | 'safetensors';
  readonly config: DecoderConfig;
  readonly weights: RoleWeights;
  /** The tensors under the file's own names. The caller closes it. */
  readonly source: WeightSource;
  /** Of a GGUF file. */
  readonly metadata: GgufMetadata | undefined;
}

/**
 * Opens a folder with `config.json` and safetensors files, as Hugging Face lays it out.
 * @param fields of its config.json
 * @throws PaddockError `bad-model` or `unsupported-model`, naming the file and what to do
 */
export async function openFolderCheckpoint(folder: ModelFolder, fields: Fields): Promise<Checkpoint> {
  const { family, config } = describedBy(fields);
  const source = await openSafetensorsFolder(folder, fields.inner('quantization_config'));
  return checkpoint({ format: 'safetensors', source, metadata: undefined }, config, family.safetensors);
}

/**
 * The decoder that a config.json describes. Models that also see or hear have what is about text in a part of its own.
 * @throws PaddockError `bad-model`, `unsupported-model`
 */
export function describedBy(fields: Fields): { readonly family: Family; readonly config: DecoderConfig } {
  const text = fields.within('text_config');
  const family = findFamily('modelTypes', text.get('model_type'), fields.where);
  return { family, config: parseConfig(text.orElse(family.omitted ?? {}), family) };
}

/**
 * The decoder of a GGUF file. The file stays the caller's when this fails.
 * @throws PaddockError as {@link openFolderCheckpoint}
 */
export async function openGgufCheckpoint(source: GgufFile): Promise<Checkpoint> {
  const metadata = source.metadata.values;
  const fields = await ggufFields(source.metadata, source);
  const family = findFamily('architectures', fields.get('model_type'), source.path);
  return checkpoint({ format: 'GGUF', source, metadata }, parseConfig(fields, family), family.gguf);
}

function checkpoint(file: Pick<Checkpoint, 'format' | 'source' | 'metadata'>, config: DecoderConfig, layout: Layout): Checkpoint {
  const weights = new RoleWeights(file.source, layout, config);
  return { ...file, config, weights };
}

/** Number of weights over all tensors. */
export function countParameters(source: WeightSource): number {
  return source.names.reduce((sum, name) => sum + source.shape(name).reduce((size, dim) => size * dim, 1), 0);
}

/** Bytes of the files that hold the weights. */
export function fileBytes({ files }: WeightSource): number {
  return files.reduce((sum, { size }) => sum + size, 0);
}

/** How many tensors are stored in each way. */
export function storedAs(source: WeightSource): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of source.names) counts[source.storedAs(name)] = (counts[source.storedAs(name)] ?? 0) + 1;
  return counts;
}
