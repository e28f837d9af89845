import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type GGUFTypedMetadata, GGUFValueType } from '@huggingface/gguf';
import { openSafetensors } from '../../engine/model/safetensors.ts';
import { openNodeFile } from '../../engine/storage/nodeFolder.ts';
import { GGML_LAYOUTS, randomBlocks } from './ggmlBlocks.ts';
import { encodeGgufHeader, ggufName, llamaMetadata, writeGguf } from './gguf.ts';
import type { FloatTensor, LlamaShape } from './llama.ts';
import { tensorShapes } from './llama.ts';
import { Random } from './random.ts';

/** What a SentencePiece vocabulary says of a token. */
const TokenType = { normal: 1, unknown: 2, control: 3, userDefined: 4, byte: 6 } as const;

/** Floating point as {@link GGML_LAYOUTS} has the others: ggml's number, and bytes of one weight. */
const FLOATS: Readonly<Record<string, { readonly type: number; readonly weights: number; readonly bytes: number }>> = {
  F32: { type: 0, weights: 1, bytes: 4 },
  F16: { type: 1, weights: 1, bytes: 2 },
};

interface TokenizerJson {
  readonly model: { readonly vocab: Record<string, number>; readonly merges: readonly (readonly [string, string])[] };
  readonly added_tokens: readonly { readonly content: string; readonly special: boolean }[];
}

/**
 * Writes the model that comes with Paddock as a GGUF file with 8 bits, its vocabulary included: what another program would keep of it.
 * @param folder of the model
 */
export async function writeDefaultModelAsGguf(path: string, folder: string): Promise<void> {
  const config = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8'));
  const tokenizer = JSON.parse(await readFile(join(folder, 'tokenizer.json'), 'utf8')) as TokenizerJson;
  const source = await openSafetensors(await openNodeFile(join(folder, 'model.safetensors')));
  const tensors = new Map<string, FloatTensor>();
  for (const name of source.names) tensors.set(name, { shape: source.shape(name), data: await source.read(name) });
  await source.close();
  const shape: LlamaShape = {
    vocabulary: config.vocab_size,
    hidden: config.hidden_size,
    layers: config.num_hidden_layers,
    heads: config.num_attention_heads,
    kvHeads: config.num_key_value_heads,
    headSize: config.head_dim,
    feedForward: config.intermediate_size,
    context: config.max_position_embeddings,
    tied: config.tie_word_embeddings,
    ropeBase: config.rope_theta,
    epsilon: config.rms_norm_eps,
  };
  const metadata = { ...vocabulary(tokenizer), 'general.name': { value: 'Little Foal', type: GGUFValueType.STRING } };
  const types = { linear: 'Q8_0', head: 'Q8_0', embedding: 'Q8_0' } as const;
  await writeGguf(path, { shape, tensors }, types, metadata as unknown as Partial<GGUFTypedMetadata>);
}

function vocabulary({ model, added_tokens: added }: TokenizerJson): Record<string, unknown> {
  const pieces = Object.entries(model.vocab)
    .sort(([, a], [, b]) => a - b)
    .map(([piece]) => piece);
  const rank = new Map<string, number>();
  for (const [i, [left, right]] of model.merges.entries()) if (!rank.has(left + right)) rank.set(left + right, i);
  const special = new Map(added.map(({ content, special: isSpecial }) => [content, isSpecial]));
  const typeOf = (piece: string) => {
    if (piece === '<unk>') return TokenType.unknown;
    if (special.has(piece)) return special.get(piece) ? TokenType.control : TokenType.userDefined;
    return /^<0x[0-9A-F]{2}>$/.test(piece) ? TokenType.byte : TokenType.normal;
  };
  const array = (value: readonly unknown[], subType: GGUFValueType) => ({ value, type: GGUFValueType.ARRAY, subType });
  const id = (piece: string) => ({ value: model.vocab[piece], type: GGUFValueType.UINT32 });
  return {
    'tokenizer.ggml.tokens': array(pieces, GGUFValueType.STRING),
    'tokenizer.ggml.scores': array(
      pieces.map((piece) => -(rank.get(piece) ?? model.merges.length)),
      GGUFValueType.FLOAT32,
    ),
    'tokenizer.ggml.token_type': array(pieces.map(typeOf), GGUFValueType.INT32),
    'tokenizer.ggml.add_space_prefix': { value: false, type: GGUFValueType.BOOL },
    'tokenizer.ggml.bos_token_id': id('<s>'),
    'tokenizer.ggml.add_bos_token': { value: true, type: GGUFValueType.BOOL },
    'tokenizer.ggml.eos_token_id': id('</s>'),
    'tokenizer.ggml.fim_pre_token_id': id('<|fim_prefix|>'),
    'tokenizer.ggml.fim_suf_token_id': id('<|fim_suffix|>'),
    'tokenizer.ggml.fim_mid_token_id': id('<|fim_middle|>'),
  };
}

/**
 * Writes a GGUF file of any size whose weights are all zero. It takes no room on disks that keep holes, yet every byte is read from it.
 */
export async function writeHollowGguf(path: string, shape: LlamaShape, name: string): Promise<void> {
  const { header, tensors } = layOut(shape, name, 'F16');
  const file = await open(path, 'w');
  try {
    await file.write(header);
    await file.truncate(header.length + tensors.reduce((sum, { size }) => sum + size + padding(size), 0));
  } finally {
    await file.close();
  }
}

/** Blocks drawn for {@link writeLargeGguf}, and so many floating-point numbers: a prime, so that rows of a matrix differ. */
const TILE = 20_011;

/**
 * Writes a GGUF file of any size whose weights are numbers without meaning, no two matrices alike: the runtime keeps equal ones once.
 * @param type of the matrices, in ggml's word
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
      await file.write(new Uint8Array(padding(size)));
    }
  } finally {
    await file.close();
  }
}

/** Vectors are ones, so that nothing vanishes or explodes. */
function tileOf(type: string, random: Random): Uint8Array {
  if (type === 'F32') return new Uint8Array(new Float32Array(TILE).fill(1).buffer);
  // Of both signs, from 2^-7 to 2^-6.
  if (type === 'F16') {
    const numbers = Uint16Array.from({ length: TILE }, () => 0x2000 | (random.below(2) << 15) | random.below(1024));
    return new Uint8Array(numbers.buffer);
  }
  return randomBlocks(type, TILE, random);
}

function layOut(shape: LlamaShape, name: string, type: string) {
  const tensors = tensorShapes(shape).map(([tensor, dims]) => {
    const stored = dims.length === 1 ? 'F32' : type;
    const layout = FLOATS[stored] ?? GGML_LAYOUTS[stored];
    if (!layout) throw new Error(`No layout of ${stored}.`);
    const size = (dims.reduce((product, dim) => product * dim, 1) / layout.weights) * layout.bytes;
    return { name: ggufName(tensor), dims: [...dims].reverse(), type: layout.type, size, stored, layout };
  });
  const metadata = { ...llamaMetadata(shape), 'general.name': { value: name, type: GGUFValueType.STRING } };
  return { header: encodeGgufHeader(metadata as GGUFTypedMetadata, tensors), tensors };
}

function padding(size: number): number {
  return (32 - (size % 32)) % 32;
}
