import { PaddockError } from '../../errors.ts';
import type { Fields } from '../fields.ts';
import type { OnnxSettings } from './settings.ts';
import type { GraphValue, Skeleton } from './skeleton.ts';

/** A tensor of whole numbers that a graph takes. */
export interface IntegerInput {
  readonly name: string;
  readonly type: 'int64' | 'int32';
  /** Number of its dimensions. */
  readonly rank: number;
}

export type FloatType = 'float32' | 'float16';

/** Keys or values of one layer: an output of a run that is an input of the next. */
export interface StateBinding {
  /** Which one it is, the same in every graph of a model: `3.key`, `3.encoder.value`. */
  readonly slot: string;
  readonly input?: string;
  readonly output?: string;
  readonly type: FloatType;
  /** Sizes for batch 1; 0 for {@link axis}. */
  readonly shape: readonly number[];
  /** The axis of the tokens. */
  readonly axis: number;
  /** Made from the encoder's states, once. */
  readonly cross: boolean;
}

/** What a decoder's inputs and outputs are for. */
export interface DecoderInterface {
  readonly ids: IntegerInput;
  readonly mask?: IntegerInput;
  readonly positions?: IntegerInput;
  /** How many of the last positions get logits. */
  readonly keep?: IntegerInput;
  /** Lengths that some graphs take as inputs. */
  readonly lengths: readonly (IntegerInput & { readonly of: 'past' | 'new' | 'total' | 'total - 1' })[];
  /** Tells the two branches of a merged decoder apart: whether there is a cache. */
  readonly useCache?: string;
  readonly encoderStates?: { readonly name: string; readonly type: FloatType };
  readonly encoderMask?: IntegerInput;
  readonly states: readonly StateBinding[];
  readonly logits: { readonly name: string; readonly vocabulary: number | undefined };
}

export interface EncoderInterface {
  readonly ids: IntegerInput;
  readonly mask?: IntegerInput;
  readonly output: string;
}

/** Bytes of the keys and values of one token: of the decoder's own tokens, or of those of an encoder's input. */
export function stateBytesPerToken(states: readonly StateBinding[], which?: 'of the input'): number {
  const ofToken = states.filter(({ cross }) => cross === (which === 'of the input'));
  return ofToken.reduce((sum, state) => sum + stateWidth(state) * (state.type === 'float32' ? 4 : 2), 0);
}

/** Numbers that a state has for a token: key heads · head size. */
export function stateWidth({ shape, axis }: StateBinding): number {
  return shape.reduce((product, size, i) => (i === axis ? product : product * size), 1);
}

const LENGTHS: Readonly<Record<string, DecoderInterface['lengths'][number]['of']>> = {
  past_sequence_length: 'past',
  past_seq_len: 'past',
  current_sequence_length: 'new',
  total_sequence_length: 'total',
  total_seq_len: 'total',
  seqlens_k: 'total - 1',
};

/** Names that genai_config.json gives its own meaning to, by the names that are usual elsewhere. */
export class Names {
  readonly #usual = new Map<string, string>();
  readonly #templates: { readonly before: string; readonly after: string; readonly kind: string }[] = [];

  /** @param sections `inputs` and `outputs` of a graph in genai_config.json */
  constructor(...sections: readonly (Fields | undefined)[]) {
    for (const section of sections) {
      for (const [kind, cross] of [
        ['key', ''],
        ['value', ''],
        ['key', 'cross_'],
        ['value', 'cross_'],
      ]) {
        for (const time of ['past', 'present']) {
          const [before, after] = section?.text(`${cross}${time}_${kind}_names`)?.split('%d') ?? [];
          if (before !== undefined && after !== undefined)
            this.#templates.push({ before, after, kind: `${cross ? 'encoder.' : ''}${kind}` });
        }
      }
      for (const usual of [
        'input_ids',
        'attention_mask',
        'position_ids',
        'logits',
        'encoder_hidden_states',
        ...Object.keys(LENGTHS),
      ]) {
        const own = section?.text(usual);
        if (own !== undefined) this.#usual.set(own, usual);
      }
    }
  }

  usual(name: string): string {
    return this.#usual.get(name) ?? name;
  }

  /** For keys and values: which ones they are. */
  slot(name: string): string | undefined {
    for (const { before, after, kind } of this.#templates) {
      const layer = name.slice(before.length, name.length - after.length);
      if (name.startsWith(before) && name.endsWith(after) && /^\d{1,4}$/.test(layer)) return `${layer}.${kind}`;
    }
    return /^(?:past_key_values|present|present_key_values)\.(\d{1,4}\.(?:(?:decoder|encoder)\.)?(?:key|value|key_value))$/.exec(
      name,
    )?.[1];
  }
}

/**
 * Finds out what a decoder graph's inputs and outputs are for.
 * @param where path of the graph, for messages
 * @throws PaddockError `unsupported-model` when it wants something that Paddock does not have
 */
export function decoderInterface(skeleton: Skeleton, settings: OnnxSettings, names: Names, where: string): DecoderInterface {
  const inputs = new Map<string, IntegerInput>();
  let encoderStates: DecoderInterface['encoderStates'];
  let useCache: string | undefined;
  const states = new Map<string, StateBinding>();
  for (const value of skeleton.inputs) {
    const usual = names.usual(value.name);
    const slot = names.slot(value.name);
    if (slot) states.set(slot, { ...state(value, slot, settings, where), input: value.name });
    else if (usual === 'use_cache_branch' && value.type === 'bool') useCache = value.name;
    else if (usual === 'encoder_hidden_states') encoderStates = { name: value.name, type: floatType(value, where) };
    else inputs.set(usual, integer(value, where));
  }
  for (const value of skeleton.outputs) {
    const slot = names.slot(value.name);
    if (slot) states.set(slot, { ...(states.get(slot) ?? state(value, slot, settings, where)), output: value.name });
  }
  const take = (...usual: readonly string[]) => {
    const name = usual.find((each) => inputs.has(each));
    const input = name === undefined ? undefined : inputs.get(name);
    if (name !== undefined) inputs.delete(name);
    return input;
  };
  const logits = skeleton.outputs.find(({ name }) => names.usual(name) === 'logits');
  const ids = take('input_ids', 'decoder_input_ids');
  if (!ids || !logits)
    throw wants(where, `has no ${ids ? 'output "logits"' : 'input "input_ids"'}; it is not the graph of a language model`);
  const [mask, positions, keep] = [
    take('attention_mask', 'decoder_attention_mask'),
    take('position_ids'),
    take('num_logits_to_keep', 'logits_to_keep'),
  ];
  const encoderMask = take('encoder_attention_mask');
  const lengths = Object.entries(LENGTHS).flatMap(([usual, of]) => {
    const input = take(usual);
    return input ? [{ ...input, of }] : [];
  });
  if (inputs.size > 0)
    throw wants(where, `wants the inputs ${[...inputs.keys()].slice(0, 8).join(', ')}, which Paddock cannot give`);
  if (positions && positions.rank > 2)
    throw wants(where, `wants positions of ${positions.rank} dimensions; it is made for pictures`);
  const vocabulary = logits.dims.at(-1);
  return {
    ids,
    ...(mask && { mask }),
    ...(positions && { positions }),
    ...(keep && { keep }),
    ...(encoderMask && { encoderMask }),
    ...(encoderStates && { encoderStates }),
    ...(useCache !== undefined && { useCache }),
    lengths,
    states: [...states.values()],
    logits: { name: logits.name, vocabulary: typeof vocabulary === 'number' ? vocabulary : undefined },
  };
}

/** @throws PaddockError as {@link decoderInterface} */
export function encoderInterface(skeleton: Skeleton, names: Names, where: string): EncoderInterface {
  const find = (usual: string) => skeleton.inputs.find(({ name }) => names.usual(name) === usual);
  const [ids, mask, output] = [find('input_ids'), find('attention_mask'), skeleton.outputs[0]];
  if (!ids || !output) throw wants(where, 'has no input "input_ids"; it is not the encoder of a language model');
  const others = skeleton.inputs.filter((input) => input !== ids && input !== mask);
  if (others.length > 0) throw wants(where, `wants the input ${others[0]?.name}, which Paddock cannot give`);
  return { ids: integer(ids, where), ...(mask && { mask: integer(mask, where) }), output: output.name };
}

function state(value: GraphValue, slot: string, settings: OnnxSettings, where: string): StateBinding {
  const sizes = value.dims.map((dim) => (typeof dim === 'number' && dim > 0 ? dim : undefined));
  // [batch, KV heads, tokens, head size], or [batch, tokens, keys and values of one head]
  const axis = slot.endsWith('.key_value') ? 1 : 2;
  const expected = axis === 1 ? [1, 0, settings.headSize && 2 * settings.headSize] : [1, settings.kvHeads, 0, settings.headSize];
  const shape = expected.map((size, i) => (i === 0 || i === axis ? (size as number) : (sizes[i] ?? size)));
  if (value.dims.length !== shape.length || shape.some((size) => size === undefined || !Number.isSafeInteger(size))) {
    throw wants(
      where,
      `keeps "${value.name.slice(0, 100)}" as [${value.dims.slice(0, 8)}]; Paddock knows [batch, KV heads, tokens, head size]`,
    );
  }
  return { slot, type: floatType(value, where), shape: shape as number[], axis, cross: slot.includes('.encoder.') };
}

function floatType(value: GraphValue, where: string): FloatType {
  if (value.type === 'float32' || value.type === 'float16') return value.type;
  throw wants(
    where,
    `takes "${value.name.slice(0, 100)}" as ${value.type ?? 'an unknown type'}; Paddock knows float32 and float16`,
  );
}

function integer(value: GraphValue, where: string): IntegerInput {
  const { name, type, dims } = value;
  if (type === 'int64' || type === 'int32') return { name, type, rank: dims.length };
  throw wants(where, `wants the input "${name.slice(0, 100)}" of type ${type ?? 'unknown'}, which Paddock cannot give`);
}

function wants(where: string, what: string): PaddockError {
  return new PaddockError('unsupported-model', `${where} ${what}. Take an export for text generation.`);
}
