import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GgmlTypeName } from './ggml.ts';
import { FLOAT_LAYOUTS, GGML_LAYOUTS, randomBlocks } from './ggmlBlocks.ts';
import { ggufName, llamaMetadata, writeGguf } from './gguf.ts';
import { encodeGgufHeader, ggufPadding } from './ggufFile.ts';
import { type LlamaShape, tensorShapes } from './llama.ts';
import { Random } from './random.ts';
import { readLlama } from './readLlama.ts';
import { ggufValues, sentencePieceFields } from './vocabularies.ts';

/**
 * Writes the model that comes with Paddock as a GGUF file in Q8_0, with its vocabulary, as a conversion by another program would be.
 * @param folder of the model
 * @param type of the matrices
 */
export async function writeDefaultModelAsGguf(path: string, folder: string, type: GgmlTypeName = 'Q8_0'): Promise<void> {
  const tokenizer = JSON.parse(await readFile(join(folder, 'tokenizer.json'), 'utf8'));
  const id = (piece: string): number => tokenizer.model.vocab[piece];
  const fields = sentencePieceFields(tokenizer, {
    'general.name': 'Little Foal',
    'tokenizer.ggml.add_space_prefix': false,
    'tokenizer.ggml.add_bos_token': true,
    'tokenizer.ggml.fim_pre_token_id': id('<|fim_prefix|>'),
    'tokenizer.ggml.fim_suf_token_id': id('<|fim_suffix|>'),
    'tokenizer.ggml.fim_mid_token_id': id('<|fim_middle|>'),
  });
  const types = { linear: type, head: type, embedding: type };
  await writeGguf(path, await readLlama(folder), types, ggufValues(fields));
}

/**
 * Writes a GGUF file of any size whose weights are all zero. It takes no space on file systems with sparse files, yet every byte of it can
 * be read.
 */
export async function writeHollowGguf(path: string, shape: LlamaShape, name: string): Promise<void> {
  const { header, tensors } = layOut(shape, name, 'F16');
  const file = await open(path, 'w');
  try {
    await file.write(header);
    await file.truncate(header.length + tensors.reduce((sum, { size }) => sum + size + ggufPadding(size), 0));
  } finally {
    await file.close();
  }
}

/**
 * Number of blocks (or floating-point numbers) in a random tile that {@link writeLargeGguf} repeats: a prime, so that rows of a matrix
 * differ.
 */
const TILE = 20_011;

/**
 * Writes a GGUF file of any size with random weights. No two matrices are alike, because the runtime keeps equal ones only once.
 * @param type of the matrices, by ggml's name
 */
export async function writeLargeGguf(path: string, shape: LlamaShape, name: string, type: string): Promise<void> {
  const { header, tensors } = layOut(shape, name, type);
  const random = new Random(1);
  const tiles = new Map<string, Uint8Array>();
  const file = await open(path, 'w');
  try {
    await file.write(header);
    for (const { stored, layout, size } of tensors) {
      const tile = tiles.get(stored) ?? tileOf(stored, random);
      tiles.set(stored, tile);
      let start = random.below(TILE) * layout.bytes;
      for (let done = 0; done < size; start = 0) {
        const { bytesWritten } = await file.write(tile.subarray(start, Math.min(tile.length, start + size - done)));
        done += bytesWritten;
      }
      await file.write(new Uint8Array(ggufPadding(size)));
    }
  } finally {
    await file.close();
  }
}

/** Vectors are ones, so that activations neither vanish nor explode. */
function tileOf(type: string, random: Random): Uint8Array {
  if (type === 'F32') return new Uint8Array(new Float32Array(TILE).fill(1).buffer);
  // Of both signs, with magnitudes from 2^-7 to 2^-6.
  if (type === 'F16') {
    const numbers = Uint16Array.from({ length: TILE }, () => 0x2000 | (random.below(2) << 15) | random.below(1024));
    return new Uint8Array(numbers.buffer);
  }
  return randomBlocks(type, TILE, random);
}

function layOut(shape: LlamaShape, name: string, type: string) {
  const tensors = tensorShapes(shape).map(([tensor, dims]) => {
    const stored = dims.length === 1 ? 'F32' : type;
    const layout = FLOAT_LAYOUTS[stored] ?? GGML_LAYOUTS[stored];
    if (!layout) throw new Error(`No layout of ${stored}.`);
    const size = (dims.reduce((product, dim) => product * dim, 1) / layout.weights) * layout.bytes;
    return { name: ggufName(tensor), dims: [...dims].reverse(), type: layout.type, size, stored, layout };
  });
  return { header: encodeGgufHeader(llamaMetadata(shape, { 'general.name': name }), tensors), tensors };
}
