import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { byteCharacters } from './byteCharacters.ts';
import type { Llama, LlamaShape } from './llama.ts';
import { type ElementType, encodeSafetensors } from './safetensors.ts';

/** A new folder in the system's temporary folder, and a function that removes it. */
export async function temporaryFolder(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'paddock-test-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** Writes a model as a Hugging Face folder. */
export function writeModelFolder(path: string, model: Llama, type: ElementType = 'F32'): Promise<void> {
  return writeFiles(path, configJson(model.shape), encodeSafetensors(model.tensors, type));
}

/**
 * Writes config.json, tokenizer.json, tokenizer_config.json and model.safetensors into a folder.
 * @param config whose `vocab_size` sets the size of the tokenizer
 */
export async function writeFiles(path: string, config: Readonly<Record<string, unknown>>, weights: Uint8Array): Promise<void> {
  const vocabulary = Number(config.vocab_size ?? config.padded_vocab_size);
  await mkdir(path, { recursive: true });
  await writeFile(join(path, 'config.json'), JSON.stringify(config, null, 2));
  await writeFile(join(path, 'tokenizer.json'), JSON.stringify(tokenizerJson(vocabulary)));
  await writeFile(join(path, 'tokenizer_config.json'), JSON.stringify(TOKENIZER_CONFIG));
  await writeFile(join(path, 'model.safetensors'), weights);
}

export const TOKENIZER_CONFIG = { tokenizer_class: 'LlamaTokenizer', bos_token: '<s>', eos_token: '</s>', unk_token: '<s>' };

/** Hugging Face's `LlamaConfig`. */
export function configJson(shape: LlamaShape): Record<string, unknown> {
  return {
    architectures: ['LlamaForCausalLM'],
    model_type: 'llama',
    vocab_size: shape.vocabulary,
    hidden_size: shape.hidden,
    num_hidden_layers: shape.layers,
    num_attention_heads: shape.heads,
    num_key_value_heads: shape.kvHeads,
    head_dim: shape.headSize,
    intermediate_size: shape.feedForward,
    max_position_embeddings: shape.context,
    tie_word_embeddings: shape.tied,
    rope_theta: shape.ropeBase,
    rms_norm_eps: shape.epsilon,
    hidden_act: 'silu',
    bos_token_id: 0,
    eos_token_id: 0,
    torch_dtype: 'float32',
  };
}

/** A byte-level tokenizer: `<s>` is 0, byte b is b + 1. Tokens after these are never produced from text. */
export function tokenizerJson(vocabulary: number): Record<string, unknown> {
  const vocab: Record<string, number> = { '<s>': 0 };
  for (const [byte, character] of byteCharacters().entries()) vocab[character] = byte + 1;
  for (let id = 257; id < vocabulary; id++) vocab[`piece${id}`] = id;
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [{ id: 0, content: '<s>', special: true, single_word: false, lstrip: false, rstrip: false, normalized: false }],
    normalizer: null,
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: false },
    post_processor: null,
    decoder: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: false },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      vocab,
      merges: [],
    },
  };
}
