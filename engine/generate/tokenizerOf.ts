import { PaddockError } from '../errors.ts';
import type { GgufMetadata } from '../model/ggufFields.ts';
import { findJson } from '../model/json.ts';
import type { ModelLocation } from '../model/location.ts';
import { tokenizerFromFolder } from '../tokenizer/folder.ts';
import { tokenizerFromGguf } from '../tokenizer/gguf.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';

/** Of the tokens that a model has, so many are in its tokenizer at least: matrices are padded, but never to twice their size. */
const LEAST_SHARE = 0.5;

/**
 * A model's tokenizer: from the files of its folder, or from its GGUF file's metadata.
 * @param vocabularySize of the model
 * @throws PaddockError `bad-model`, also for the tokenizer of another model; `unsupported-model`
 */
export async function tokenizerOf(
  location: ModelLocation,
  metadata: GgufMetadata | undefined,
  vocabularySize: number,
): Promise<Tokenizer> {
  const tokenizer =
    location.kind === 'folder'
      ? await tokenizerFromFolder(location.folder, findJson)
      : tokenizerFromGguf(metadata ?? new Map(), location.path);
  if (tokenizer.size >= LEAST_SHARE * vocabularySize) return tokenizer;
  throw new PaddockError(
    'bad-model',
    `The tokenizer of ${location.path} has ${tokenizer.size} tokens, the model ${vocabularySize}: it is cut short or another model's. Copy the model's own tokenizer again.`,
  );
}
