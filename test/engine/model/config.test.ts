import { describe, expect, it } from 'vitest';
import { describedBy } from '../../../engine/model/checkpoint.ts';
import { Fields } from '../../../engine/model/fields.ts';
import { minimalConfig } from './minimalConfig.ts';

const describedAs = (config: object) => describedBy(new Fields({ ...config }, '/models/x/config.json')).config;
const parse = (changes: object) => describedAs({ ...minimalConfig, ...changes });

describe("a decoder's config.json", () => {
  it('fills in what Hugging Face leaves out', () => {
    expect(parse({})).toEqual({
      vocabularySize: 257,
      hiddenSize: 64,
      layers: 2,
      heads: 4,
      kvHeads: 4,
      headSize: 16,
      feedForwardSize: 96,
      family: 'Llama',
      contextLength: 2048,
      positions: { kind: 'rotary', base: 10000, size: 16, scaling: { kind: 'none' }, layersWithout: new Set() },
      norm: { kind: 'rms', epsilon: 1e-6 },
      attention: { scale: 0.25 },
      feedForward: { activation: 'silu', gated: true },
      multipliers: { embedding: 1, residual: 1, logits: 1 },
      tiedEmbeddings: false,
      bosTokenId: undefined,
      eosTokenIds: [],
    });
  });

  it('finds the rotary base at the top and where Transformers 5 puts it', () => {
    expect(parse({ rope_theta: 500000, rope_scaling: null }).positions).toMatchObject({ base: 500000 });
    expect(parse({ rope_parameters: { rope_theta: 1e6, rope_type: 'default' } }).positions).toMatchObject({ base: 1e6 });
  });

  it('knows that the context length of Gemma 3 is that after scaling', () => {
    const scaled = { rope_scaling: { rope_type: 'linear', factor: 8 }, max_position_embeddings: 131_072 };
    expect(parse({ model_type: 'gemma3_text', ...scaled }).positions).toMatchObject({
      base: 1e6,
      scaling: { kind: 'linear', factor: 8, original: 16_384 },
      local: { base: 10_000, layers: new Set([0, 1]) },
    });
    expect(parse(scaled).positions).toMatchObject({ scaling: { kind: 'linear', factor: 8 } });
  });

  it('reads the part about text of a model that also sees, which may leave out what Transformers knows', () => {
    // Gemma 3 with 4 billion parameters, as it is published.
    const text = {
      hidden_size: 2560,
      intermediate_size: 10_240,
      model_type: 'gemma3_text',
      num_hidden_layers: 34,
      rope_scaling: { factor: 8, rope_type: 'linear' },
      sliding_window: 1024,
    };
    const whole = { model_type: 'gemma3', eos_token_id: [1, 106], vision_config: { hidden_size: 1152, num_hidden_layers: 27 } };
    expect(describedAs({ ...whole, text_config: text })).toMatchObject({
      family: 'Gemma 3',
      hiddenSize: 2560,
      feedForwardSize: 10_240,
      layers: 34,
      heads: 8,
      kvHeads: 4,
      headSize: 256,
      vocabularySize: 262_208,
      contextLength: 131_072,
      tiedEmbeddings: true,
      attention: { scale: 1 / 16, window: { size: 1024 } },
      feedForward: { activation: 'gelu-tanh' },
      bosTokenId: 2,
      eosTokenIds: [1, 106],
    });
    const mistral = { ...minimalConfig, model_type: 'mistral', sliding_window: null };
    expect(describedAs({ model_type: 'mistral3', tie_word_embeddings: false, text_config: mistral }).family).toBe('Mistral');
    expect(() => describedAs({ ...whole, text_config: 8 })).toThrow('"text_config" must be an object');
    expect(() => describedAs({ model_type: 'clip', text_config: { model_type: 'clip_text_model' } })).toThrow(
      '"clip_text_model"',
    );
  });

  it('takes one end token or several', () => {
    expect(parse({ eos_token_id: 2 }).eosTokenIds).toEqual([2]);
    expect(parse({ eos_token_id: [2, 5] }).eosTokenIds).toEqual([2, 5]);
  });

  it.each([
    [{ model_type: 'bert' }, 'unsupported-model', '"bert"'],
    [{ model_type: undefined }, 'unsupported-model', 'null'],
    [{ model_type: 'bert' }, 'unsupported-model', 'Qwen3'],
    [{ rope_scaling: { rope_type: 'spiral', factor: 8 } }, 'unsupported-model', '"spiral"'],
    [{ rope_scaling: { rope_type: 'llama3', factor: 8 } }, 'bad-model', '"low_freq_factor"'],
    [{ rope_scaling: { rope_type: 'longrope', short_factor: [1] } }, 'bad-model', '"long_factor"'],
    [{ rope_scaling: 8 }, 'bad-model', '"rope_scaling"'],
    [{ hidden_act: 'mish' }, 'unsupported-model', 'mish'],
    [{ do_layer_norm_before: false }, 'unsupported-model', 'do_layer_norm_before'],
    [{ model_type: 'gpt_bigcode', multi_query: false }, 'unsupported-model', 'multi_query false'],
    [{ model_type: 'stablelm', use_parallel_residual: true }, 'unsupported-model', 'use_parallel_residual'],
    [{ model_type: 'stablelm', qk_layernorm: true }, 'unsupported-model', 'qk_layernorm'],
    [{ model_type: 'gemma3_text', use_bidirectional_attention: true }, 'unsupported-model', 'use_bidirectional_attention'],
    [
      { model_type: 'gpt2', scale_attn_by_inverse_layer_idx: true },
      'unsupported-model',
      'asks for scale_attn_by_inverse_layer_idx, which Paddock cannot run',
    ],
    [{ hidden_size: '64' }, 'bad-model', '"hidden_size"'],
    [{ num_hidden_layers: 0 }, 'bad-model', '"num_hidden_layers"'],
    [{ vocab_size: undefined }, 'bad-model', '"vocab_size"'],
    [{ num_attention_heads: 5 }, 'bad-model', '"head_dim"'],
    [{ num_key_value_heads: 3 }, 'bad-model', 'KV heads'],
  ])('refuses %j and says why', (fields, code, words) => {
    expect(() => parse(fields)).toThrowError(
      expect.objectContaining({ code, message: expect.stringContaining('/models/x/config.json') }),
    );
    expect(() => parse(fields)).toThrowError(expect.objectContaining({ message: expect.stringContaining(words) }));
  });
});
