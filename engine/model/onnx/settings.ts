import { Fields, tokenIds } from '../fields.ts';
import type { ModelFolder } from '../files.ts';
import { findJson } from '../json.ts';

/** What the files beside an ONNX graph say about the model. What they leave open, the graph may tell. */
export interface OnnxSettings {
  /** The family's own name: `llama`, `qwen2`, `t5`. */
  readonly family: string;
  /** Tokens of context the model was trained on. */
  readonly contextLength: number;
  readonly vocabularySize: number | undefined;
  /** Of queries. */
  readonly heads: number | undefined;
  readonly kvHeads: number | undefined;
  readonly headSize: number | undefined;
  readonly bosTokenId: number | undefined;
  readonly eosTokenIds: readonly number[];
  /** First token of an encoder–decoder's answer. */
  readonly decoderStartTokenId: number | undefined;
  /** How the model's makers sample from it, in their words: `temperature`, `top_k`, `top_p`, `repetition_penalty`. */
  readonly search: Readonly<Record<string, number | boolean>>;
}

/** The context of models that do not say theirs. */
const DEFAULT_CONTEXT = 2048;
const SEARCH_OPTIONS = ['do_sample', 'temperature', 'top_k', 'top_p', 'min_p', 'repetition_penalty', 'max_length'];

/** The fields of a JSON file, or undefined when there is none. @throws PaddockError `bad-model` when it is not a JSON object */
export async function readFields(folder: ModelFolder, name: string): Promise<Fields | undefined> {
  const values = await findJson(folder, name);
  return values && new Fields(values, `${folder.path}/${name}`);
}

/**
 * From Hugging Face's config.json and generation_config.json.
 * @throws PaddockError `bad-model` for a field that is not what it should be
 */
export function transformersSettings(config: Fields, generation: Fields | undefined): OnnxSettings {
  // Models that also see or hear keep what is about text in a part of its own.
  const text = config.inner('text_config') ?? config.inner('decoder') ?? config;
  const heads = optional(text, 'num_attention_heads', 'n_head', 'num_heads');
  const hidden = optional(text, 'hidden_size', 'n_embd', 'd_model');
  const ids = (name: string) => tokenIds(generation?.get(name) ?? config.get(name));
  return {
    family: text.text('model_type') ?? config.text('model_type') ?? 'unknown',
    contextLength:
      optional(text, 'max_position_embeddings', 'n_positions', 'max_sequence_length', 'seq_length', 'n_ctx') ?? DEFAULT_CONTEXT,
    vocabularySize: optional(text, 'vocab_size', 'padded_vocab_size'),
    heads,
    kvHeads: text.flag('multi_query') ? 1 : (optional(text, 'num_key_value_heads', 'multi_query_group_num') ?? heads),
    headSize: optional(text, 'head_dim', 'd_kv') ?? (heads && hidden ? hidden / heads : undefined),
    bosTokenId: ids('bos_token_id')[0],
    eosTokenIds: ids('eos_token_id'),
    decoderStartTokenId: ids('decoder_start_token_id')[0],
    search: generation ? searchOptions(generation) : {},
  };
}

/**
 * From onnxruntime-genai's genai_config.json (https://onnxruntime.ai/docs/genai/reference/config.html).
 * @throws PaddockError `bad-model` for a field that is missing or not what it should be
 */
export function genaiSettings(config: Fields): OnnxSettings {
  const model = config.inner('model');
  const decoder = model?.inner('decoder');
  if (!model || !decoder) throw config.wrong('model.decoder', 'an object', undefined);
  const search = config.inner('search');
  return {
    family: model.text('type') ?? 'unknown',
    contextLength: model.count('context_length', DEFAULT_CONTEXT),
    vocabularySize: optional(model, 'vocab_size'),
    heads: optional(decoder, 'num_attention_heads'),
    kvHeads: optional(decoder, 'num_key_value_heads', 'num_attention_heads'),
    headSize: optional(decoder, 'head_size'),
    bosTokenId: tokenIds(model.get('bos_token_id'))[0],
    eosTokenIds: tokenIds(model.get('eos_token_id')),
    decoderStartTokenId: tokenIds(model.get('decoder_start_token_id'))[0],
    search: search ? searchOptions(search) : {},
  };
}

function optional(fields: Fields, ...names: readonly string[]): number | undefined {
  return fields.get(...names) === undefined ? undefined : fields.count(names);
}

function searchOptions(fields: Fields): Record<string, number | boolean> {
  const entries = SEARCH_OPTIONS.map((name) => [name, fields.get(name)] as const);
  return Object.fromEntries(
    entries.filter((entry): entry is [string, number | boolean] => Number.isFinite(entry[1]) || typeof entry[1] === 'boolean'),
  );
}
