import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openSafetensors } from '../../engine/model/safetensors.ts';
import { openNodeFile } from '../../engine/storage/nodeFolder.ts';
import type { FloatTensor, Llama, LlamaShape } from './llama.ts';

/** Reads a Llama from a Hugging Face folder whose config.json leaves nothing to defaults, such as the default model's. */
export async function readLlama(folder: string): Promise<Llama> {
  const config = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8'));
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
  const source = await openSafetensors(await openNodeFile(join(folder, 'model.safetensors')));
  const tensors = new Map<string, FloatTensor>();
  for (const name of source.names) tensors.set(name, { shape: source.shape(name), data: await source.read(name) });
  await source.close();
  return { shape, tensors };
}
