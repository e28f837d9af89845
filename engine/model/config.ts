import { PaddockError } from '../errors.ts';

/** What a Llama decoder is made of, in the names of Hugging Face's `LlamaConfig`. */
export interface DecoderConfig {
  readonly vocabularySize: number;
  readonly hiddenSize: number;
  readonly layers: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headSize: number;
  readonly feedForwardSize: number;
  readonly rmsNormEpsilon: number;
  readonly ropeBase: number;
  /** Tokens of context the model was trained on. */
  readonly contextLength: number;
  readonly tiedEmbeddings: boolean;
  readonly bosTokenId: number | undefined;
  readonly eosTokenIds: readonly number[];
}

/**
 * Reads the parsed `config.json` of a Hugging Face Llama model.
 * @throws PaddockError `unsupported-model` names the family or feature that is not known; `bad-model` a field that is missing or wrong.
 */
export function parseConfig(json: unknown, where: string): DecoderConfig {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new PaddockError('bad-model', `${where} is not a JSON object. Is this the folder of a Hugging Face model?`);
  }
  const fields = json as Record<string, unknown>;
  if (fields.model_type !== 'llama') {
    throw new PaddockError(
      'unsupported-model',
      `${where} describes a model of type ${JSON.stringify(fields.model_type ?? null)}; Paddock knows: "llama". Choose a folder of a Llama model.`,
    );
  }
  const rope = ropeParameters(fields);
  rejectUnknownFeatures(fields, rope, where);
  const number = numberReader(fields, where);
  const hiddenSize = number('hidden_size');
  const heads = number('num_attention_heads');
  const config: DecoderConfig = {
    vocabularySize: number('vocab_size'),
    hiddenSize,
    layers: number('num_hidden_layers'),
    heads,
    kvHeads: number('num_key_value_heads', heads),
    headSize: number('head_dim', hiddenSize / heads),
    feedForwardSize: number('intermediate_size'),
    rmsNormEpsilon: number('rms_norm_eps', 1e-6, false),
    ropeBase: numberReader(rope, where)('rope_theta', 10000, false),
    contextLength: number('max_position_embeddings', 2048),
    tiedEmbeddings: fields.tie_word_embeddings === true,
    bosTokenId: typeof fields.bos_token_id === 'number' ? fields.bos_token_id : undefined,
    eosTokenIds: [fields.eos_token_id].flat().filter((id): id is number => typeof id === 'number'),
  };
  if (config.heads % config.kvHeads !== 0 || config.headSize % 2 !== 0) {
    throw new PaddockError(
      'bad-model',
      `${where}: ${config.heads} heads of size ${config.headSize} cannot share ${config.kvHeads} KV heads. The file is damaged or of another kind.`,
    );
  }
  return config;
}

/** Where the rotary embedding is described: at the top, or since Transformers 5 in an object of its own. */
function ropeParameters(fields: Record<string, unknown>): Record<string, unknown> {
  return { ...fields, ...(fields.rope_scaling ?? {}), ...(fields.rope_parameters ?? {}) };
}

function rejectUnknownFeatures(fields: Record<string, unknown>, rope: Record<string, unknown>, where: string): void {
  const ropeType = rope.rope_type ?? rope.type ?? 'default';
  const unknown = [
    ropeType !== 'default' ? `rope_type ${String(ropeType)}` : '',
    fields.attention_bias === true ? 'attention_bias' : '',
    fields.mlp_bias === true ? 'mlp_bias' : '',
    fields.hidden_act !== undefined && fields.hidden_act !== 'silu' ? `hidden_act ${String(fields.hidden_act)}` : '',
    fields.quantization_config ? 'quantization_config' : '',
  ].filter(Boolean);
  if (unknown.length > 0) {
    throw new PaddockError('unsupported-model', `${where} asks for ${unknown.join(', ')}, which Paddock cannot run yet.`);
  }
}

function numberReader(fields: Record<string, unknown>, where: string) {
  return (name: string, fallback?: number, whole = true): number => {
    const value = fields[name] ?? fallback;
    if (typeof value !== 'number' || !(value > 0) || (whole && !Number.isSafeInteger(value))) {
      throw new PaddockError(
        'bad-model',
        `${where}: "${name}" must be a positive ${whole ? 'whole ' : ''}number, found ${JSON.stringify(value ?? null)}.`,
      );
    }
    return value;
  };
}
