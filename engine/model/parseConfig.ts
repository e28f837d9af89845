import { PaddockError } from '../errors.ts';
import type { DecoderConfig, Positions } from './config.ts';
import type { Family, Variation } from './families/family.ts';
import { type Fields, MOST_LAYERS, tokenIds } from './fields.ts';
import { parseRopeScaling, rotaryNumber } from './ropeScaling.ts';

/** Activations by the names that configurations use for them. */
const ACTIVATIONS: ReadonlyMap<string, DecoderConfig['feedForward']['activation']> = new Map(
  Object.entries({
    silu: 'silu',
    swish: 'silu',
    gelu: 'gelu',
    gelu_new: 'gelu-tanh',
    gelu_pytorch_tanh: 'gelu-tanh',
    gelu_fast: 'gelu-tanh',
    relu: 'relu',
  } as const),
);

/**
 * What a model of a family is made of, by the fields of its config.json.
 * @throws PaddockError `bad-model` for a field that is missing or wrong, `unsupported-model` for a variant that is not known
 */
export function parseConfig(fields: Fields, family: Family): DecoderConfig {
  refuseVariants(fields);
  const hiddenSize = fields.count(['hidden_size', 'n_embd', 'n_embed', 'd_model']);
  const heads = fields.count(['num_attention_heads', 'n_head', 'num_heads']);
  const headSize = fields.count(['head_dim', 'kv_channels', 'attention_head_size'], hiddenSize / heads);
  const sharesKeys = fields.get('multi_query_attention') !== false;
  const sizes = {
    hiddenSize,
    heads,
    headSize,
    layers: fields.count(['num_hidden_layers', 'n_layer', 'num_layers'], undefined, MOST_LAYERS),
    vocabularySize: fields.count(['vocab_size', 'padded_vocab_size']),
    kvHeads: sharesKeys ? fields.count(['num_key_value_heads', 'multi_query_group_num'], family.kvHeads ?? heads) : heads,
    feedForwardSize: fields.count(['intermediate_size', 'n_inner', 'ffn_dim', 'ffn_hidden_size'], 4 * hiddenSize),
    contextLength: fields.count(['max_position_embeddings', 'n_positions', 'seq_length', 'n_ctx'], 2048),
  };
  if (sizes.heads % sizes.kvHeads !== 0 || (family.positions === 'rotary' && headSize % 2 !== 0)) {
    throw new PaddockError(
      'bad-model',
      `${fields.where}: ${heads} heads of size ${headSize} cannot share ${sizes.kvHeads} KV heads. The file is damaged or of another kind.`,
    );
  }
  const variation = family.vary?.(fields, sizes) ?? {};
  return {
    family: family.name,
    ...sizes,
    positions: positions(fields, family, headSize, sizes.contextLength, variation),
    norm: {
      kind: family.norm,
      epsilon: fields.number(
        ['rms_norm_eps', 'layer_norm_epsilon', 'layer_norm_eps', 'layernorm_epsilon', 'norm_epsilon'],
        family.norm === 'rms' ? 1e-6 : 1e-5,
      ),
    },
    attention: { scale: 1 / Math.sqrt(headSize), ...variation.attention },
    feedForward: {
      activation: activation(fields, family),
      gated: family.gated,
      ...(variation.experts && { experts: variation.experts }),
    },
    multipliers: variation.multipliers ?? { embedding: 1, residual: 1, logits: 1 },
    ...(variation.logitsSoftcap !== undefined && { logitsSoftcap: variation.logitsSoftcap }),
    tiedEmbeddings: (fields.get('tie_word_embeddings') ?? family.tied) === true,
    bosTokenId: tokenIds(fields.get('bos_token_id'))[0],
    eosTokenIds: tokenIds(fields.get('eos_token_id')),
  };
}

function positions(fields: Fields, family: Family, headSize: number, context: number, variation: Variation): Positions {
  if (family.positions === 'alibi') return { kind: 'alibi' };
  if (family.positions !== 'rotary') return { kind: 'learned', offset: family.positions.learnedFrom };
  const { base, share = 1, layersWithout = new Set<number>(), local } = variation.rotary ?? {};
  const size = Math.round(headSize * share);
  if (size % 2 !== 0 || size > headSize) throw fields.wrong('partial_rotary_factor', 'such that an even part is rotated', share);
  return {
    kind: 'rotary',
    base: base ?? rotaryNumber(fields, 'rope_theta', 10000),
    size,
    scaling: parseRopeScaling(fields, context, family.statesStretched),
    layersWithout,
    ...(local && { local }),
  };
}

function activation(fields: Fields, family: Family): DecoderConfig['feedForward']['activation'] {
  const name = fields.get('hidden_activation', 'hidden_act', 'activation_function');
  if (name === undefined) return family.activation;
  const known = ACTIVATIONS.get(String(name));
  // Gemma's configurations say "gelu" in one field but mean the approximation in the other.
  if (known) return family.activation === 'gelu-tanh' && known === 'gelu' ? 'gelu-tanh' : known;
  throw new PaddockError(
    'unsupported-model',
    `${fields.where} asks for the activation ${JSON.stringify(name)}; Paddock knows: ${[...ACTIVATIONS.keys()].join(', ')}.`,
  );
}

/** Variants of known families that would give wrong numbers. */
function refuseVariants(fields: Fields): void {
  const hidden = fields.get('hidden_size');
  const embedding = fields.get('word_embed_proj_dim');
  const wrong = [
    fields.get('do_layer_norm_before') === false ? 'do_layer_norm_before false' : '',
    fields.get('multi_query') === false ? 'multi_query false' : '',
    fields.flag('use_parallel_residual') ? 'use_parallel_residual' : '',
    fields.flag('qk_layernorm') ? 'qk_layernorm' : '',
    fields.flag('use_bidirectional_attention') ? 'use_bidirectional_attention' : '',
    fields.flag('apply_residual_connection_post_layernorm') ? 'apply_residual_connection_post_layernorm' : '',
    fields.flag('scale_attn_by_inverse_layer_idx') ? 'scale_attn_by_inverse_layer_idx' : '',
    embedding !== undefined && embedding !== hidden ? `word_embed_proj_dim ${String(embedding)}` : '',
  ].filter(Boolean);
  if (wrong.length > 0) {
    throw new PaddockError('unsupported-model', `${fields.where} asks for ${wrong.join(', ')}, which Paddock cannot run.`);
  }
}
