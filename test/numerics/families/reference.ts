import { part, type TinyModel } from '../../support/families/parts.ts';
import type { Structure } from '../../support/families/structure.ts';
import type { FloatTensor } from '../../support/llama.ts';
import { activate, added, layerNorm, linear, rmsNorm, softmax } from './mathematics.ts';
import { type Frequencies, frequencies, xposFactor } from './rotaryReference.ts';

export interface ReferenceOptions {
  /** Tokens of context the model is run with; the trained context unless told. */
  readonly window?: number;
  /** GELU with the precision of llama.cpp's table. */
  readonly coarseGelu?: boolean;
  /** Sees the residual stream behind each layer, and says how it goes on. */
  readonly behindLayer?: (layer: number, x: Float64Array) => Float64Array;
}

/**
 * Any decoder-only family in float64, from the formulas of its paper, one position at a time. Shares no code with the engine.
 * Slow, and meant to be read: the truth that every faster path is held against.
 */
export class ReferenceDecoder {
  readonly #model: TinyModel;
  readonly #structure: Structure;
  readonly #coarse: boolean;
  readonly #behindLayer: NonNullable<ReferenceOptions['behindLayer']>;
  readonly #frequencies: Frequencies | undefined;
  readonly #localFrequencies: Frequencies | undefined;
  /** For each layer, one row `[KV heads · head size]` for each position so far. */
  readonly #keys: Float64Array[][];
  readonly #values: Float64Array[][];

  constructor(model: TinyModel, { window, coarseGelu = false, behindLayer = (_, x) => x }: ReferenceOptions = {}) {
    const { positions, layers, context } = model.structure;
    this.#model = model;
    this.#structure = model.structure;
    this.#coarse = coarseGelu;
    this.#behindLayer = behindLayer;
    if (positions.kind === 'rotary') {
      const { local, scaling: _, ...plain } = positions;
      this.#frequencies = frequencies(positions, window ?? context);
      this.#localFrequencies = local && frequencies({ ...plain, base: local.base }, window ?? context);
    }
    this.#keys = Array.from({ length: layers }, () => []);
    this.#values = Array.from({ length: layers }, () => []);
  }

  /** Logits `[vocabulary]` after each token. */
  static logits(model: TinyModel, tokens: readonly number[], options: ReferenceOptions = {}): Float64Array[] {
    const reference = new ReferenceDecoder(model, options);
    return tokens.map((token) => reference.step(token));
  }

  /** Appends a token. @returns its logits `[vocabulary]` */
  step(token: number): Float64Array {
    const { hidden, layers, multipliers, positions, tied, logitSoftcap: cap } = this.#structure;
    const position = this.#keys[0]?.length ?? 0;
    let x = row(part(this.#model, 'embedding.weight'), token, hidden).map((value) => value * multipliers.embedding);
    if (positions.kind === 'learned')
      x = added(x, row(part(this.#model, 'positions.weight'), position + positions.offset, hidden));
    if (this.#structure.embeddingNorm) x = this.#norm('embeddingNorm', x);
    for (let layer = 0; layer < layers; layer++) {
      const at = `layers.${layer}.`;
      let change = this.#attention(layer, position, this.#norm(`${at}attentionNorm`, x));
      if (this.#structure.postNorms) change = this.#norm(`${at}attentionPostNorm`, change);
      x = added(x, change, multipliers.residual);
      const normal = this.#norm(`${at}feedForwardNorm`, x);
      change = this.#structure.experts ? this.#experts(at, normal) : this.#feedForward(at, normal);
      if (this.#structure.postNorms) change = this.#norm(`${at}feedForwardPostNorm`, change);
      x = Float64Array.from(this.#behindLayer(layer, added(x, change, multipliers.residual)));
    }
    const logits = this.#linear(tied ? 'embedding' : 'head', this.#norm('finalNorm', x));
    return logits.map((value) => softcapped(value * multipliers.logits, cap));
  }

  #attention(layer: number, position: number, x: Float64Array): Float64Array<ArrayBuffer> {
    const { heads, kvHeads, headSize, attentionScale, attentionSoftcap, window, positions } = this.#structure;
    const at = `layers.${layer}.`;
    const keys = this.#keys[layer] as Float64Array[];
    const values = this.#values[layer] as Float64Array[];
    const queries = this.#turned(layer, position, this.#headNorms(`${at}queryNorm`, this.#linear(`${at}query`, x)), 1);
    keys.push(this.#turned(layer, position, this.#headNorms(`${at}keyNorm`, this.#linear(`${at}key`, x)), -1));
    values.push(this.#linear(`${at}value`, x));
    const first = window?.layers.includes(layer) ? Math.max(0, position - window.size + 1) : 0;

    const out = new Float64Array(heads * headSize);
    for (let head = 0; head < heads; head++) {
      const shared = Math.floor(head / (heads / kvHeads)) * headSize;
      const slope = positions.kind === 'alibi' ? alibiSlope(head, heads) : 0;
      const scores = keys.slice(first).map((key, i) => {
        let product = 0;
        for (let j = 0; j < headSize; j++) product += (queries[head * headSize + j] as number) * (key[shared + j] as number);
        return softcapped(product * attentionScale, attentionSoftcap) - slope * (position - first - i);
      });
      for (const [i, weight] of softmax(scores).entries()) {
        const value = values[first + i] as Float64Array;
        for (let j = 0; j < headSize; j++) {
          out[head * headSize + j] = (out[head * headSize + j] as number) + weight * (value[shared + j] as number);
        }
      }
    }
    return this.#linear(`${at}output`, out);
  }

  /** Rotary embedding of every head. @param xpos 1 for queries, −1 for keys */
  #turned(layer: number, position: number, x: Float64Array, xpos: 1 | -1): Float64Array {
    const { positions, headSize, layersWithoutRotation } = this.#structure;
    if (positions.kind !== 'rotary' || !this.#frequencies || layersWithoutRotation.includes(layer)) return x;
    const local = positions.local?.layers.includes(layer) ? this.#localFrequencies : undefined;
    const { perPair, attention } = local ?? this.#frequencies;
    const half = positions.size / 2;
    const out = Float64Array.from(x);
    for (let start = 0; start < x.length; start += headSize) {
      for (let i = 0; i < half; i++) {
        const [first, second] = positions.interleaved ? [start + 2 * i, start + 2 * i + 1] : [start + i, start + half + i];
        const a = x[first] as number;
        const b = x[second] as number;
        const angle = position * (perPair[i] as number);
        const factor = attention * xposFactor(positions, i, position) ** xpos;
        out[first] = factor * (a * Math.cos(angle) - b * Math.sin(angle));
        out[second] = factor * (b * Math.cos(angle) + a * Math.sin(angle));
      }
    }
    return out;
  }

  #headNorms(name: string, x: Float64Array): Float64Array {
    const { queryKeyNorms, headSize } = this.#structure;
    if (!queryKeyNorms) return x;
    const out = new Float64Array(x.length);
    for (let start = 0; start < x.length; start += headSize) {
      out.set(this.#norm(name, x.subarray(start, start + headSize)), start);
    }
    return out;
  }

  #feedForward(at: string, x: Float64Array): Float64Array<ArrayBuffer> {
    const { activation, gated } = this.#structure;
    const up = this.#linear(`${at}up`, x);
    const gate = gated ? this.#linear(`${at}gate`, x) : up;
    const active = gate.map((value) => activate(activation, value, this.#coarse));
    return this.#linear(`${at}down`, gated ? active.map((value, i) => value * (up[i] as number)) : active);
  }

  /** Mixture of experts (Jiang et al. 2024): the router's best are weighted by a softmax over their own scores. */
  #experts(at: string, x: Float64Array): Float64Array<ArrayBuffer> {
    const scores = [...this.#linear(`${at}router`, x).entries()].sort((a, b) => b[1] - a[1]);
    const chosen = scores.slice(0, this.#structure.experts?.used);
    const weights = softmax(chosen.map(([, score]) => score));
    return chosen.reduce(
      (sum, [expert], i) => added(sum, this.#feedForward(`${at}experts.${expert}.`, x), weights[i]),
      new Float64Array(x.length),
    );
  }

  #linear(name: string, x: Float64Array): Float64Array<ArrayBuffer> {
    return linear(x, part(this.#model, `${name}.weight`), this.#model.parts.get(`${name}.bias`));
  }

  #norm(name: string, x: Float64Array): Float64Array<ArrayBuffer> {
    const gain = part(this.#model, `${name}.weight`);
    const { norm, epsilon } = this.#structure;
    return norm === 'rms' ? rmsNorm(x, gain, epsilon) : layerNorm(x, gain, part(this.#model, `${name}.bias`), epsilon);
  }
}

function row({ data }: FloatTensor, index: number, size: number): Float64Array<ArrayBuffer> {
  return Float64Array.from(data.subarray(index * size, (index + 1) * size));
}

function softcapped(value: number, cap: number | undefined): number {
  return cap === undefined ? value : cap * Math.tanh(value / cap);
}

/** ALiBi's slope of a head (Press et al. 2022): powers of two for as many heads as a power of two has, odd powers of its root beyond. */
function alibiSlope(head: number, heads: number): number {
  const power = 2 ** Math.floor(Math.log2(heads));
  return head < power ? 2 ** ((-8 / power) * (head + 1)) : 2 ** ((-4 / power) * (2 * (head - power) + 1));
}
