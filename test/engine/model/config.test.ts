import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../engine/model/config.ts';
import { minimalConfig } from './minimalConfig.ts';

const parse = (fields: object) => parseConfig({ ...minimalConfig, ...fields }, '/models/x/config.json');

describe('parseConfig', () => {
  it('fills in what Hugging Face leaves out', () => {
    expect(parse({})).toEqual({
      vocabularySize: 257,
      hiddenSize: 64,
      layers: 2,
      heads: 4,
      kvHeads: 4,
      headSize: 16,
      feedForwardSize: 96,
      rmsNormEpsilon: 1e-6,
      ropeBase: 10000,
      contextLength: 2048,
      tiedEmbeddings: false,
      bosTokenId: undefined,
      eosTokenIds: [],
    });
  });

  it('finds the rotary base at the top and where Transformers 5 puts it', () => {
    expect(parse({ rope_theta: 500000, rope_scaling: null }).ropeBase).toBe(500000);
    expect(parse({ rope_parameters: { rope_theta: 1e6, rope_type: 'default' } }).ropeBase).toBe(1e6);
  });

  it('takes one end token or several', () => {
    expect(parse({ eos_token_id: 2 }).eosTokenIds).toEqual([2]);
    expect(parse({ eos_token_id: [2, 5] }).eosTokenIds).toEqual([2, 5]);
  });

  it.each([
    [{ model_type: 'bert' }, 'unsupported-model', '"bert"'],
    [{ model_type: undefined }, 'unsupported-model', 'null'],
    [{ rope_scaling: { rope_type: 'llama3', factor: 8 } }, 'unsupported-model', 'rope_type llama3'],
    [{ attention_bias: true }, 'unsupported-model', 'attention_bias'],
    [{ hidden_act: 'gelu' }, 'unsupported-model', 'gelu'],
    [{ quantization_config: { bits: 4 } }, 'unsupported-model', 'quantization_config'],
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

  it.each([[null], [[]], ['text']])('refuses %j, which is no object', (json) => {
    expect(() => parseConfig(json, 'config.json')).toThrowError(expect.objectContaining({ code: 'bad-model' }));
  });
});
