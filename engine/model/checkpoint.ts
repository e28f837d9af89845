import { PaddockError } from '../errors.ts';
import type { TokenizerFiles } from '../tokenizer/tokenizer.ts';
import { type DecoderConfig, parseConfig } from './config.ts';
import type { ModelFolder } from './files.ts';
import { openSafetensors, type SafetensorsFile } from './safetensors.ts';

/** The decoder in a Hugging Face model folder, checked so far as can be without reading the weights. */
export interface Checkpoint {
  readonly config: DecoderConfig;
  readonly weights: SafetensorsFile;
}

/**
 * Opens a folder with `config.json` and `model.safetensors`. The caller closes `weights`.
 * @throws PaddockError `bad-model` or `unsupported-model`, naming the file and what to do
 */
export async function openCheckpoint(folder: ModelFolder): Promise<Checkpoint> {
  const config = parseConfig(await readJson(folder, 'config.json'), `${folder.path}/config.json`);
  const file = await folder.openFile('model.safetensors');
  try {
    const weights = await openSafetensors(file);
    checkShapes(config, weights, folder.path);
    return { config, weights };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** @throws PaddockError `bad-model` when `tokenizer.json` is missing or not JSON */
export async function readTokenizerFiles(folder: ModelFolder): Promise<TokenizerFiles> {
  const json = await readJson(folder, 'tokenizer.json');
  const config = await readJson(folder, 'tokenizer_config.json', {});
  return { json, config, path: `${folder.path}/tokenizer.json` };
}

async function readJson(folder: ModelFolder, name: string, fallback?: Record<string, unknown>): Promise<Record<string, unknown>> {
  const where = `${folder.path}/${name}`;
  const text = await folder.readText(name);
  if (text === undefined) {
    if (fallback) return fallback;
    throw new PaddockError(
      'bad-model',
      `${where} is missing. A model folder holds config.json, tokenizer.json and model.safetensors; choose such a folder.`,
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new PaddockError('bad-model', `${where} is not valid JSON (${(error as Error).message}). Copy the file again.`);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new PaddockError('bad-model', `${where} is not a JSON object. Is this the folder of a Hugging Face model?`);
}

/** Compares every tensor the decoder will read with the configuration. */
function checkShapes(config: DecoderConfig, weights: SafetensorsFile, path: string): void {
  for (const [name, expected] of expectedShapes(config)) {
    const found = weights.shape(name);
    if (found.length !== expected.length || found.some((size, i) => size !== expected[i])) {
      throw new PaddockError(
        'bad-model',
        `${path}: "${name}" is [${found}], config.json makes it [${expected}]. The files are of different models.`,
      );
    }
  }
}

/** Names and shapes of a Llama checkpoint's tensors, as Hugging Face lays them out. */
export function* expectedShapes(config: DecoderConfig): Generator<[string, number[]]> {
  const { hiddenSize: d, feedForwardSize, vocabularySize, headSize } = config;
  const queries = config.heads * headSize;
  const keys = config.kvHeads * headSize;
  yield ['model.embed_tokens.weight', [vocabularySize, d]];
  for (let layer = 0; layer < config.layers; layer++) {
    const prefix = `model.layers.${layer}`;
    yield [`${prefix}.input_layernorm.weight`, [d]];
    yield [`${prefix}.self_attn.q_proj.weight`, [queries, d]];
    yield [`${prefix}.self_attn.k_proj.weight`, [keys, d]];
    yield [`${prefix}.self_attn.v_proj.weight`, [keys, d]];
    yield [`${prefix}.self_attn.o_proj.weight`, [d, queries]];
    yield [`${prefix}.post_attention_layernorm.weight`, [d]];
    yield [`${prefix}.mlp.gate_proj.weight`, [feedForwardSize, d]];
    yield [`${prefix}.mlp.up_proj.weight`, [feedForwardSize, d]];
    yield [`${prefix}.mlp.down_proj.weight`, [d, feedForwardSize]];
  }
  yield ['model.norm.weight', [d]];
  if (!config.tiedEmbeddings) yield ['lm_head.weight', [vocabularySize, d]];
}
