import type { GgufMetadata } from '../model/ggufFields.ts';
import { findJson } from '../model/json.ts';
import type { ModelLocation } from '../model/location.ts';
import { tokenizerFromFolder } from '../tokenizer/folder.ts';
import { tokenizerFromGguf } from '../tokenizer/gguf.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';

/**
 * A model's tokenizer: from the files of its folder, or from its GGUF file's metadata.
 * @throws PaddockError `bad-model`, `unsupported-model`
 */
export async function tokenizerOf(location: ModelLocation, metadata: GgufMetadata | undefined): Promise<Tokenizer> {
  if (location.kind === 'folder') return tokenizerFromFolder(location.folder, findJson);
  return tokenizerFromGguf(metadata ?? new Map(), location.path);
}
