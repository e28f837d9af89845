import type { ModelFile } from '../files.ts';
import { HeaderReader, type TensorInfo } from './headerReader.ts';
import type { GgufValue } from './metadata.ts';

export interface GgufHeader {
  readonly metadata: ReadonlyMap<string, GgufValue>;
  readonly tensors: readonly TensorInfo[];
  /** Where the tensors' data begin, in bytes. */
  readonly dataStart: number;
}

/**
 * Reads the header of a GGUF file, version 2 or 3, little-endian (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md).
 * @throws PaddockError `bad-model` for a damaged file, `unsupported-model` for another version or byte order
 */
export async function readHeader(file: ModelFile): Promise<GgufHeader> {
  const reader = new HeaderReader(file);
  const [tensorCount, valueCount] = await reader.step(() => reader.counts());
  const metadata = new Map<string, GgufValue>();
  for (let i = 0; i < valueCount; i++) {
    const [key, value] = await reader.step(() => reader.pair());
    if (metadata.has(key)) throw reader.damaged(`it says "${key}" twice`);
    metadata.set(key, value);
  }
  const tensors = new Map<string, TensorInfo>();
  for (let i = 0; i < tensorCount; i++) {
    const info = await reader.step(() => reader.tensor());
    if (tensors.has(info.name)) throw reader.damaged(`it has two tensors "${info.name}"`);
    tensors.set(info.name, info);
  }
  const alignment = metadata.get('general.alignment') ?? 32;
  if (typeof alignment !== 'number' || !(alignment >= 1 && alignment <= 2 ** 20 && Number.isInteger(Math.log2(alignment)))) {
    throw reader.damaged('its alignment is no power of two');
  }
  return { metadata, tensors: [...tensors.values()], dataStart: Math.ceil(reader.at / alignment) * alignment };
}

/** What a GGUF file is, as far as the beginning of its header says. */
export interface GgufKind {
  /** `general.type`: `model`, `adapter`, `mmproj`, `imatrix`. */
  readonly type: unknown;
  /** `general.architecture`. */
  readonly architecture: unknown;
}

/** What the first read is for: the general keys come first, the long lists of the vocabulary after them. */
const KIND_BYTES = 4096;

/**
 * Reads only the general keys that a GGUF file begins with.
 * @throws PaddockError as {@link readHeader}
 */
export async function readKind(file: ModelFile): Promise<GgufKind> {
  const reader = new HeaderReader(file, KIND_BYTES);
  const [, valueCount] = await reader.step(() => reader.counts());
  const general = new Map<string, GgufValue>();
  for (let i = 0; i < valueCount; i++) {
    const [key, value] = await reader.step(() => reader.pair());
    if (!key.startsWith('general.')) break;
    general.set(key, value);
  }
  return { type: general.get('general.type'), architecture: general.get('general.architecture') };
}
