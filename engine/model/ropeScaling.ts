import { PaddockError } from '../errors.ts';
import type { RopeScaling } from './config.ts';
import type { Fields } from './fields.ts';

/** A positive number about rotary positions: at the top of a config.json, or since Transformers 5 in `rope_parameters`. */
export function rotaryNumber(fields: Fields, name: string, fallback: number): number {
  const usual = fields.number(name, fallback);
  return ropeParameters(fields)?.number(name, usual) ?? usual;
}

/** Those of the layers without a window, where they differ by a layer's attention. */
function ropeParameters(fields: Fields): Fields | undefined {
  const parameters = fields.inner('rope_parameters');
  return parameters?.inner('full_attention') ?? parameters;
}

/**
 * Reads how a config.json scales rotary positions: `rope_scaling`, or since Transformers 5 `rope_parameters`.
 * The names and defaults are those of Transformers' `modeling_rope_utils`.
 * @param contextLength the model's `max_position_embeddings`
 * @param isStretched whether those are the positions after linear scaling
 * @throws PaddockError `unsupported-model` for a kind that is not known, `bad-model` for fields that are wrong
 */
export function parseRopeScaling(fields: Fields, contextLength: number, isStretched = false): RopeScaling {
  const scaling = ropeParameters(fields) ?? fields.inner('rope_scaling');
  const kind = String(scaling?.get('rope_type', 'type') ?? 'default');
  if (!scaling || kind === 'default') return { kind: 'none' };
  const original = () =>
    scaling.count('original_max_position_embeddings', fields.count('original_max_position_embeddings', contextLength));
  switch (kind) {
    case 'linear': {
      const factor = scaling.number('factor');
      return { kind, factor, ...(isStretched && { original: Math.floor(contextLength / factor) }) };
    }
    case 'dynamic':
      return { kind, factor: scaling.number('factor'), original: original() };
    case 'yarn':
      return yarn(scaling, scaling.number('factor', contextLength / original()), original());
    case 'llama3':
      return {
        kind,
        factor: scaling.number('factor'),
        lowFrequencyFactor: scaling.number('low_freq_factor'),
        highFrequencyFactor: scaling.number('high_freq_factor'),
        original: original(),
      };
    case 'longrope':
    case 'su':
      return longRope(scaling, original(), contextLength);
    case 'divisors': // as GGUF files give them, see ggufFields.ts
      return { kind, divisors: scaling.numbers('divisors') ?? [] };
    default:
      throw new PaddockError(
        'unsupported-model',
        `${fields.where} scales positions by "${kind}". Paddock knows: linear, dynamic, yarn, llama3, longrope.`,
      );
  }
}

/** @param scaling `attn_factor`, of GGUF files and of YaRN's own code, multiplies what `attention_factor` replaces */
function yarn(scaling: Fields, factor: number, original: number): RopeScaling {
  const gain = (scale: number) => (factor <= 1 ? 1 : 0.1 * scale * Math.log(factor) + 1);
  // To Transformers, 0 is the same as none.
  const told = (name: string) => (scaling.get(name) === 0 ? undefined : scaling.get(name));
  const number = (name: string, fallback: number) => (told(name) === undefined ? fallback : scaling.number(name));
  const both = told('mscale') !== undefined && told('mscale_all_dim') !== undefined;
  const usual = both ? gain(scaling.number('mscale')) / gain(scaling.number('mscale_all_dim')) : gain(1);
  return {
    kind: 'yarn',
    factor,
    original,
    betaFast: number('beta_fast', 32),
    betaSlow: number('beta_slow', 1),
    attentionFactor: scaling.number('attention_factor', usual) * scaling.number('attn_factor', 1),
    truncate: scaling.get('truncate') !== false,
  };
}

function longRope(scaling: Fields, original: number, contextLength: number): RopeScaling {
  const short = scaling.numbers('short_factor');
  const long = scaling.numbers('long_factor');
  if (!short || !long) throw scaling.wrong(short ? 'long_factor' : 'short_factor', 'a list of numbers', undefined);
  const factor = contextLength / original;
  const usual = factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(original));
  return { kind: 'longrope', short, long, original, attentionFactor: scaling.number('attention_factor', usual) };
}
