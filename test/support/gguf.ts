import { writeFile } from 'node:fs/promises';
import { type GGUFTypedMetadata, GGUFValueType, serializeGgufMetadata } from '@huggingface/gguf';
import { encodeGgml, GgmlType, type GgmlTypeName } from './ggml.ts';
import type { FloatTensor, Llama, LlamaShape } from './llama.ts';

/** Which ggml types a file's matrices take; vectors are always F32. */
export interface GgufTypes {
  readonly linear: GgmlTypeName;
  readonly head: GgmlTypeName;
  readonly embedding: GgmlTypeName;
}

export const GGUF_F32: GgufTypes = { linear: 'F32', head: 'F32', embedding: 'F32' };

/** Where tensor data is aligned to, in bytes: the format's default. */
const ALIGNMENT = 32;

const LAYER_NAMES: Readonly<Record<string, string>> = {
  input_layernorm: 'attn_norm',
  'self_attn.q_proj': 'attn_q',
  'self_attn.k_proj': 'attn_k',
  'self_attn.v_proj': 'attn_v',
  'self_attn.o_proj': 'attn_output',
  post_attention_layernorm: 'ffn_norm',
  'mlp.gate_proj': 'ffn_gate',
  'mlp.up_proj': 'ffn_up',
  'mlp.down_proj': 'ffn_down',
};

/**
 * Writes a model as GGUF (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md), architecture `llama`.
 * The vocabulary is a stand-in (`<s>`, 256 bytes, numbered pieces): comparisons hand over token numbers, never text.
 * @param metadata instead of or besides what the shape makes of it
 */
export async function writeGguf(
  path: string,
  model: Llama,
  types: GgufTypes = GGUF_F32,
  metadata: Partial<GGUFTypedMetadata> = {},
): Promise<void> {
  const tensors = [...model.tensors].map(([name, tensor]) => encodeTensor(name, tensor, model.shape, types));
  await writeFile(path, encodeGguf({ ...llamaMetadata(model.shape), ...metadata } as GGUFTypedMetadata, tensors));
}

/** A tensor as a GGUF file holds it. */
export interface GgufTensor {
  readonly name: string;
  /** Columns first. */
  readonly dims: readonly number[];
  /** ggml's number. */
  readonly type: number;
  readonly bytes: Uint8Array;
}

/** A whole GGUF file, version 3; the metadata are without the counts. */
export function encodeGguf(metadata: GGUFTypedMetadata, tensors: readonly GgufTensor[]): Buffer {
  const header = encodeGgufHeader(
    metadata,
    tensors.map((tensor) => ({ ...tensor, size: tensor.bytes.length })),
  );
  const data = tensors.flatMap(({ bytes }) => [bytes, Buffer.alloc(padding(bytes.length))]);
  return Buffer.concat([header, ...data]);
}

/** What comes before the tensors' bytes, for tensors of these sizes in bytes. */
export function encodeGgufHeader(
  metadata: GGUFTypedMetadata,
  tensors: readonly (Omit<GgufTensor, 'bytes'> & { readonly size: number })[],
): Buffer {
  const counted = { ...metadata, tensor_count: { value: BigInt(tensors.length), type: GGUFValueType.UINT64 } };
  let offset = 0;
  const infos = tensors.map(({ name, dims, type, size }) => {
    const info = tensorInfo(name, dims, type, offset);
    offset += size + padding(size);
    return info;
  });
  const header = Buffer.concat([serializeGgufMetadata(counted as GGUFTypedMetadata, { alignment: 1 }), ...infos]);
  return Buffer.concat([header, Buffer.alloc(padding(header.length))]);
}

function encodeTensor(name: string, { shape, data }: FloatTensor, llama: LlamaShape, types: GgufTypes): GgufTensor {
  const isMatrix = shape.length === 2;
  const role = name.includes('embed_tokens') ? 'embedding' : name.startsWith('lm_head') ? 'head' : 'linear';
  const type = isMatrix ? types[role] : 'F32';
  const columns = shape.at(-1) as number;
  const heads = name.includes('q_proj') ? llama.heads : name.includes('k_proj') ? llama.kvHeads : 0;
  const stored = heads > 0 ? interleaveRotaryPairs(data, columns, heads, llama.headSize) : data;
  return { name: ggufName(name), dims: [...shape].reverse(), type: GgmlType[type], bytes: encodeGgml(stored, columns, type) };
}

/**
 * GGUF's `llama` rotates neighbouring rows of a head, Hugging Face's checkpoints rows half a head apart:
 * row i of the lower half becomes row 2i, row i of the upper half row 2i + 1.
 */
function interleaveRotaryPairs(data: Float32Array, columns: number, heads: number, headSize: number): Float32Array {
  const out = new Float32Array(data.length);
  const half = headSize / 2;
  for (let row = 0; row < heads * headSize; row++) {
    const inHead = row % headSize;
    const target = row - inHead + (inHead < half ? 2 * inHead : 2 * (inHead - half) + 1);
    out.set(data.subarray(row * columns, (row + 1) * columns), target * columns);
  }
  return out;
}

export function ggufName(name: string): string {
  if (name === 'model.embed_tokens.weight') return 'token_embd.weight';
  if (name === 'model.norm.weight') return 'output_norm.weight';
  if (name === 'lm_head.weight') return 'output.weight';
  const [, layer, rest] = /^model\.layers\.(\d+)\.(.+)\.weight$/.exec(name) ?? [];
  const known = rest === undefined ? undefined : LAYER_NAMES[rest];
  if (known === undefined) throw new Error(`GGUF has no name for ${name}.`);
  return `blk.${layer}.${known}.weight`;
}

/** What llama.cpp wants to know of a Llama, the stand-in vocabulary included. */
export function llamaMetadata(shape: LlamaShape): GGUFTypedMetadata {
  const uint32 = (value: number) => ({ value, type: GGUFValueType.UINT32 });
  const float32 = (value: number) => ({ value, type: GGUFValueType.FLOAT32 });
  const string = (value: string) => ({ value, type: GGUFValueType.STRING });
  const bool = (value: boolean) => ({ value, type: GGUFValueType.BOOL });
  const array = (value: (string | number)[], subType: GGUFValueType) => ({ value, type: GGUFValueType.ARRAY, subType });
  const vocabulary = Array.from({ length: shape.vocabulary }, (_, id) => pieceOf(id));
  // Checked by the tests that load the file: the library's type lists only the fields it knows.
  return {
    version: uint32(3),
    tensor_count: { value: 0n, type: GGUFValueType.UINT64 },
    kv_count: { value: 0n, type: GGUFValueType.UINT64 },
    'general.architecture': string('llama'),
    'general.name': string('random'),
    'llama.context_length': uint32(shape.context),
    'llama.embedding_length': uint32(shape.hidden),
    'llama.block_count': uint32(shape.layers),
    'llama.feed_forward_length': uint32(shape.feedForward),
    'llama.attention.head_count': uint32(shape.heads),
    'llama.attention.head_count_kv': uint32(shape.kvHeads),
    'llama.attention.key_length': uint32(shape.headSize),
    'llama.attention.value_length': uint32(shape.headSize),
    'llama.attention.layer_norm_rms_epsilon': float32(shape.epsilon),
    'llama.rope.freq_base': float32(shape.ropeBase),
    'llama.rope.dimension_count': uint32(shape.headSize),
    'llama.vocab_size': uint32(shape.vocabulary),
    'tokenizer.ggml.model': string('llama'),
    'tokenizer.ggml.tokens': array(vocabulary, GGUFValueType.STRING),
    'tokenizer.ggml.scores': array(
      vocabulary.map((_, id) => -id),
      GGUFValueType.FLOAT32,
    ),
    'tokenizer.ggml.token_type': array(
      vocabulary.map((_, id) => (id === 0 ? 3 : id <= 256 ? 6 : 1)), // control, byte, normal
      GGUFValueType.INT32,
    ),
    'tokenizer.ggml.bos_token_id': uint32(0),
    'tokenizer.ggml.eos_token_id': uint32(0),
    'tokenizer.ggml.add_bos_token': bool(false),
  } as unknown as GGUFTypedMetadata;
}

function pieceOf(id: number): string {
  if (id === 0) return '<s>';
  return id <= 256 ? `<0x${(id - 1).toString(16).toUpperCase().padStart(2, '0')}>` : `piece${id}`;
}

function tensorInfo(name: string, dims: readonly number[], type: number, offset: number): Buffer {
  const text = Buffer.from(name);
  const info = Buffer.alloc(8 + text.length + 4 + 8 * dims.length + 4 + 8);
  let at = info.writeBigUInt64LE(BigInt(text.length), 0);
  at += text.copy(info, at);
  at = info.writeUInt32LE(dims.length, at);
  for (const dim of dims) at = info.writeBigUInt64LE(BigInt(dim), at);
  at = info.writeUInt32LE(type, at);
  info.writeBigUInt64LE(BigInt(offset), at);
  return info;
}

function padding(length: number): number {
  return (ALIGNMENT - (length % ALIGNMENT)) % ALIGNMENT;
}
