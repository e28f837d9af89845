import { writeFile } from 'node:fs/promises';
import type { GGUFTypedMetadata } from '@huggingface/gguf';
import { encodeGgml, GgmlType, type GgmlTypeName } from './ggml.ts';
import { encodeGguf, type GgufTensor, type GgufValues, ggufMetadata } from './ggufFile.ts';
import type { FloatTensor, Llama, LlamaShape } from './llama.ts';
import { neighbouringPairs } from './rotaryPairs.ts';

/** Which ggml types a file's matrices take; vectors are always F32. */
export interface GgufTypes {
  readonly linear: GgmlTypeName;
  readonly head: GgmlTypeName;
  readonly embedding: GgmlTypeName;
}

const GGUF_F32: GgufTypes = { linear: 'F32', head: 'F32', embedding: 'F32' };

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
 * Writes a model as GGUF, architecture `llama`.
 * @param metadata added to what follows from the shape, or replacing it
 */
export async function writeGguf(
  path: string,
  model: Llama,
  types: GgufTypes = GGUF_F32,
  metadata: GgufValues = {},
): Promise<void> {
  const tensors = [...model.tensors].map(([name, tensor]) => encodeTensor(name, tensor, model.shape, types));
  await writeFile(path, encodeGguf(llamaMetadata(model.shape, metadata), tensors));
}

function encodeTensor(name: string, tensor: FloatTensor, { headSize }: LlamaShape, types: GgufTypes): GgufTensor {
  const { shape } = tensor;
  const role = name.includes('embed_tokens') ? 'embedding' : name.startsWith('lm_head') ? 'head' : 'linear';
  const type = shape.length === 2 ? types[role] : 'F32';
  const { data } = /[qk]_proj/.test(name) ? neighbouringPairs(tensor, headSize) : tensor;
  return {
    name: ggufName(name),
    dims: [...shape].reverse(),
    type: GgmlType[type],
    bytes: encodeGgml(data, shape.at(-1) as number, type),
  };
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

/** The metadata llama.cpp needs for a Llama, including a stand-in vocabulary. */
export function llamaMetadata(shape: LlamaShape, more: GgufValues = {}): GGUFTypedMetadata {
  return ggufMetadata({
    'general.architecture': 'llama',
    'general.name': 'random',
    'llama.context_length': shape.context,
    'llama.embedding_length': shape.hidden,
    'llama.block_count': shape.layers,
    'llama.feed_forward_length': shape.feedForward,
    'llama.attention.head_count': shape.heads,
    'llama.attention.head_count_kv': shape.kvHeads,
    'llama.attention.key_length': shape.headSize,
    'llama.attention.value_length': shape.headSize,
    'llama.attention.layer_norm_rms_epsilon': { float: shape.epsilon },
    'llama.rope.freq_base': { float: shape.ropeBase },
    'llama.rope.dimension_count': shape.headSize,
    'llama.vocab_size': shape.vocabulary,
    ...standInVocabulary(shape.vocabulary),
    ...more,
  });
}

/** A stand-in vocabulary of `<s>`, the 256 bytes and numbered pieces: comparisons pass token numbers, never text. */
export function standInVocabulary(vocabulary: number): GgufValues {
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
