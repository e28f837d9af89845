import type { T5Model } from '../../support/families/t5.ts';
import type { FloatTensor } from '../../support/llama.ts';
import { activate, added, linear, rmsNorm, softmax } from './mathematics.ts';

interface Side {
  readonly name: 'encoder' | 'decoder';
  readonly layers: number;
}

/**
 * T5 (Raffel et al. 2020) in float64, from the paper: the whole of both sides at once. Shares no code with the engine.
 * @returns logits `[target tokens, vocabulary]` of the decoder, row by row
 */
export function t5Logits(model: T5Model, source: readonly number[], target: readonly number[]): Float64Array[] {
  const { structure } = model;
  const memory = run(model, { name: 'encoder', layers: structure.encoderLayers }, source);
  const states = run(model, { name: 'decoder', layers: structure.decoderLayers }, target, memory);
  if (!structure.tied) return states.map((state) => linear(state, tensor(model, 'lm_head.weight')));
  const scale = structure.hidden ** -0.5;
  return states.map((state) => linear(state, tensor(model, 'shared.weight')).map((value) => value * scale));
}

function run(model: T5Model, { name, layers }: Side, tokens: readonly number[], memory?: Float64Array[]): Float64Array[] {
  const { hidden, epsilon } = model.structure;
  const table = tensor(model, 'shared.weight').data;
  let states: Float64Array[] = tokens.map((token) => Float64Array.from(table.subarray(token * hidden, (token + 1) * hidden)));
  for (let layer = 0; layer < layers; layer++) {
    const block = `${name}.block.${layer}.layer`;
    let index = 0;
    const change = (compute: (at: string, normal: Float64Array[]) => Float64Array[]) => {
      const at = `${block}.${index++}`;
      const gain = tensor(model, `${at}.layer_norm.weight`);
      const changes = compute(
        at,
        states.map((state) => rmsNorm(state, gain, epsilon)),
      );
      states = states.map((state, i) => added(state, changes[i] as Float64Array));
    };
    change((at, normal) => attention(model, `${at}.SelfAttention`, normal, normal, name));
    if (memory) change((at, normal) => attention(model, `${at}.EncDecAttention`, normal, memory));
    change((at, normal) => normal.map((x) => feedForward(model, `${at}.DenseReluDense`, x)));
  }
  return states.map((state) => rmsNorm(state, tensor(model, `${name}.final_layer_norm.weight`), epsilon));
}

/** Scores are not scaled. @param side whose distances count; absent between decoder and encoder, where none do */
function attention(
  model: T5Model,
  at: string,
  from: readonly Float64Array[],
  to: readonly Float64Array[],
  side?: Side['name'],
): Float64Array[] {
  const { heads, headSize } = model.structure;
  const [queries, keys, values] = [['q', from] as const, ['k', to] as const, ['v', to] as const].map(([name, states]) =>
    states.map((state) => linear(state, tensor(model, `${at}.${name}.weight`))),
  ) as [Float64Array[], Float64Array[], Float64Array[]];
  return queries.map((query, here) => {
    const out = new Float64Array(heads * headSize);
    const seen = side === 'decoder' ? keys.slice(0, here + 1) : keys;
    for (let head = 0; head < heads; head++) {
      const start = head * headSize;
      const scores = seen.map((key, there) => {
        let score = side ? distanceBias(model, side, there - here, head) : 0;
        for (let i = start; i < start + headSize; i++) score += (query[i] as number) * (key[i] as number);
        return score;
      });
      for (const [there, weight] of softmax(scores).entries()) {
        const value = values[there] as Float64Array;
        for (let i = start; i < start + headSize; i++) out[i] = (out[i] as number) + weight * (value[i] as number);
      }
    }
    return linear(out, tensor(model, `${at}.o.weight`));
  });
}

/** The learned bias of a distance, from the first layer's table, which all layers share. */
function distanceBias(model: T5Model, side: Side['name'], distance: number, head: number): number {
  const { buckets, heads, distance: farthest } = model.structure;
  const table = tensor(model, `${side}.block.0.layer.0.SelfAttention.relative_attention_bias.weight`).data;
  // The encoder looks both ways: half of its buckets lie ahead.
  const count = side === 'encoder' ? buckets / 2 : buckets;
  const ahead = side === 'encoder' && distance > 0 ? count : 0;
  const far = Math.abs(distance);
  const exact = count / 2;
  const logarithmic = exact + Math.floor((Math.log(far / exact) / Math.log(farthest / exact)) * (count - exact));
  const bucket = ahead + (far < exact ? far : Math.min(count - 1, logarithmic));
  return table[bucket * heads + head] as number;
}

function feedForward(model: T5Model, at: string, x: Float64Array): Float64Array {
  const inner = (name: string) => linear(x, tensor(model, `${at}.${name}.weight`));
  if (!model.structure.gated)
    return linear(
      inner('wi').map((value) => activate('relu', value)),
      tensor(model, `${at}.wo.weight`),
    );
  const up = inner('wi_1');
  const gate = inner('wi_0').map((value, i) => activate('gelu-tanh', value) * (up[i] as number));
  return linear(gate, tensor(model, `${at}.wo.weight`));
}

function tensor(model: T5Model, name: string): FloatTensor {
  const found = model.tensors.get(name);
  if (!found) throw new Error(`The model has no tensor ${name}.`);
  return found;
}
